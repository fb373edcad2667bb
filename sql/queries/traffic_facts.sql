-- The requests and questions seen on the connections with the ids $1.
SELECT connection_id, kind, side, denied, method, host, path, example, name,
	array_to_json(addresses) AS addresses, events,
	(extract(epoch FROM first_seen) * 1000000)::bigint AS first_us,
	(extract(epoch FROM last_seen) * 1000000)::bigint AS last_us
FROM connection_facts
WHERE connection_id = ANY ($1::int[]) AND events > 0
ORDER BY id;
