-- The connections with the most events from $1 before $2 (null: no bound), at most $3, within the limits $4. Of the verdicts,
-- 2 is DROPPED.
WITH busiest AS (
	SELECT connection_id, sum(events)::bigint AS events,
		coalesce(sum(events) FILTER (WHERE verdict = 2), 0)::bigint AS dropped
	FROM connection_hours
	WHERE ($1::timestamptz IS NULL OR hour >= date_trunc('hour', $1::timestamptz))
		AND ($2::timestamptz IS NULL OR hour < $2::timestamptz)
		AND ($4::text[] IS NULL OR connection_id IN (SELECT connections_in_limits($4)))
	GROUP BY connection_id
	ORDER BY events DESC, connection_id
	LIMIT $3::int
)
SELECT t.connection_id, c.protocol, c.port, t.events, t.dropped,
	a.class, a.cluster, a.namespace, a.workload, a.workload_kind, array_to_json(a.labels), a.address,
	b.class, b.cluster, b.namespace, b.workload, b.workload_kind, array_to_json(b.labels), b.address
FROM busiest t
JOIN connections c ON c.id = t.connection_id
JOIN identities a ON a.id = c.client_id
JOIN identities b ON b.id = c.server_id
ORDER BY t.events DESC, t.connection_id;
