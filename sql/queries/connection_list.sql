-- Connections, most events first: at most $1, those after the events $2 and id $3 (both null: the
-- first page), among the ids $4 (null: all).
WITH page AS (
	SELECT * FROM connections c
	WHERE c.events > 0 AND ($4::int[] IS NULL OR c.id = ANY ($4))
		AND ($2::bigint IS NULL OR (c.events, c.id) < ($2::bigint, $3::int))
	ORDER BY c.events DESC, c.id DESC
	LIMIT $1::int
)
SELECT c.id, c.protocol, c.port, c.icmp_type, c.standing, c.events, c.first_seen, c.last_seen,
	array_to_json(c.names) AS names, array_to_json(c.nodes) AS nodes,
	a.class, a.cluster, a.namespace, a.workload, a.workload_kind, array_to_json(a.labels), a.address,
	b.class, b.cluster, b.namespace, b.workload, b.workload_kind, array_to_json(b.labels), b.address,
	(SELECT coalesce(json_agg(json_build_array((place - 1) / 8, (place - 1) % 8, o.events)), '[]')
		FROM unnest(c.outcomes) WITH ORDINALITY AS o (events, place) WHERE o.events > 0) AS outcomes,
	(SELECT coalesce(json_agg(json_build_object('kind', f.kind, 'side', f.side, 'denied', f.denied,
			'method', f.method, 'host', f.host, 'path', f.path, 'name', f.name,
			'count', f.events) ORDER BY f.events DESC, f.id), '[]')
		FROM connection_facts f WHERE f.connection_id = c.id AND f.events > 0) AS l7
FROM page c
JOIN identities a ON a.id = c.client_id
JOIN identities b ON b.id = c.server_id
ORDER BY c.events DESC, c.id DESC;
