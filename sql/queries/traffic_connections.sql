-- The connections with an end in one of the clusters $1, at most $2; those with the ids $3 (null: all)
-- are selected.
SELECT c.id, c.client_id, c.server_id, c.protocol, c.port, c.client_port, c.icmp_type, c.standing,
	c.events, c.no_time, (extract(epoch FROM c.first_seen) * 1000000)::bigint AS first_us,
	(extract(epoch FROM c.last_seen) * 1000000)::bigint AS last_us,
	array_to_json(c.names) AS names, array_to_json(c.nodes) AS nodes, c.l7_capped,
	$3::int[] IS NULL OR c.id = ANY ($3) AS selected
FROM connections c
JOIN identities a ON a.id = c.client_id
JOIN identities b ON b.id = c.server_id
WHERE c.events > 0 AND (a.cluster = ANY ($1::text[]) OR b.cluster = ANY ($1::text[]))
ORDER BY c.id
LIMIT $2::int;
