-- The connections with the most events from $1 before $2 (null: no bound), at most $3, within the limits $4. Without
-- a window connections know their events. Of the verdicts, 2 is DROPPED.
WITH seen AS (
	SELECT id AS connection_id, events FROM connections
	WHERE $1::timestamptz IS NULL AND $2::timestamptz IS NULL AND events > 0
		AND ($4::text[] IS NULL OR id IN (SELECT connections_in_limits($4)))
	UNION ALL
	SELECT connection_id, sum(events)::bigint FROM connection_hours
	WHERE ($1::timestamptz IS NOT NULL OR $2::timestamptz IS NOT NULL)
		AND ($1::timestamptz IS NULL OR hour >= date_trunc('hour', $1::timestamptz))
		AND ($2::timestamptz IS NULL OR hour < $2::timestamptz)
		AND ($4::text[] IS NULL OR connection_id IN (SELECT connections_in_limits($4)))
	GROUP BY connection_id
), busiest AS MATERIALIZED (
	SELECT connection_id, events FROM seen ORDER BY events DESC, connection_id LIMIT $3::int
)
SELECT t.connection_id, c.protocol, c.port, t.events,
	(SELECT coalesce(sum(h.events), 0)::bigint FROM connection_hours h
		WHERE h.connection_id = t.connection_id AND h.verdict = 2
			AND ($1::timestamptz IS NULL OR h.hour >= date_trunc('hour', $1::timestamptz))
			AND ($2::timestamptz IS NULL OR h.hour < $2::timestamptz)) AS dropped,
	a.class, a.cluster, a.namespace, a.workload, a.workload_kind, array_to_json(a.labels), a.address,
	b.class, b.cluster, b.namespace, b.workload, b.workload_kind, array_to_json(b.labels), b.address
FROM busiest t
JOIN connections c ON c.id = t.connection_id
JOIN identities a ON a.id = c.client_id
JOIN identities b ON b.id = c.server_id
ORDER BY t.events DESC, t.connection_id;
