-- Flows, newest first: at most $1, those before the time $2 and id $3, and not before the time $4. These are never
-- null but infinite, so that a plan made without knowing them finds its days and its place in them.
-- $5 connection ids (null: all); where the filter has sides, $6 those whose client may be the source
-- and $7 those whose server may be (bit 7: the packet is a reply). $8 verdicts (bits 0 to 2),
-- $9 directions (bits 3 and 4); $10 times and $11 ids (null: any) where it is known which flows are on the page;
-- $12 limits of what may be seen, by which lists are narrowed already.
-- What is newer than all that was counted belongs to imports that are not committed yet, often a great many rows.
-- What reads flows stands apart from what reads the small tables: where flows are distributed, each node
-- sends its newest, and the rest is read where the small tables are.
WITH page AS MATERIALIZED (
	SELECT f.* FROM flows f
	WHERE f.time >= $4::timestamptz
		AND f.time <= $2::timestamptz AND (f.time, f.id) < ($2::timestamptz, $3::bigint)
		AND f.time <= (SELECT max(last_seen) FROM traffic_hours
			WHERE hour = (SELECT max(hour) FROM traffic_hours))
		AND ($5::int[] IS NULL OR f.connection_id = ANY ($5))
		AND ($6::int[] IS NULL
			OR (f.facts >> 7) & 1 = 0 AND f.connection_id = ANY ($6)
			OR (f.facts >> 7) & 1 = 1 AND f.connection_id = ANY ($7))
		AND ($8::int[] IS NULL OR f.facts & 7 = ANY ($8))
		AND ($9::int[] IS NULL OR (f.facts >> 3) & 3 = ANY ($9))
		AND ($10::timestamptz[] IS NULL
			OR f.time = ANY ($10) AND (f.id = ANY ($11::bigint[])) IS TRUE)
	ORDER BY f.time DESC, f.id DESC
	LIMIT $1::int
), l7 AS MATERIALIZED (
	SELECT l.time, l.id, l.code, l.method, l.host, l.path, l.name
	FROM page f
	JOIN flow_l7 l ON l.time = f.time AND l.id = f.id
)
SELECT (extract(epoch FROM f.time) * 1000000)::bigint AS time_us, f.id, f.facts, f.ports,
	f.weight, coalesce(n.name, '') AS node, coalesce(r.name, '') AS drop_reason,
	c.id::text AS connection_id, c.protocol, c.standing, c.icmp_type, array_to_json(c.names) AS names,
	s.class AS source_class, s.cluster AS source_cluster, s.namespace AS source_namespace,
	coalesce(se.pod, s.pod) AS source_pod,
	coalesce(nullif(se.workload, ''), s.workload) AS source_workload,
	array_to_json(s.labels) AS source_labels, s.address AS source_address,
	d.class AS destination_class, d.cluster AS destination_cluster,
	d.namespace AS destination_namespace, coalesce(de.pod, d.pod) AS destination_pod,
	coalesce(nullif(de.workload, ''), d.workload) AS destination_workload,
	array_to_json(d.labels) AS destination_labels, d.address AS destination_address,
	l.code, coalesce(l.method, '') AS method, coalesce(l.host, '') AS host,
	coalesce(l.path, '') AS path, coalesce(l.name, '') AS name
FROM page f
JOIN connections c ON c.id = f.connection_id
JOIN identities s ON s.id = CASE (f.facts >> 7) & 1 WHEN 0 THEN c.client_id ELSE c.server_id END
JOIN identities d ON d.id = CASE (f.facts >> 7) & 1 WHEN 0 THEN c.server_id ELSE c.client_id END
LEFT JOIN endpoints se ON se.id = f.source_endpoint
LEFT JOIN endpoints de ON de.id = f.destination_endpoint
LEFT JOIN nodes n ON n.id = f.node_id
LEFT JOIN drop_reasons r ON r.id = (f.facts >> 50) & 4095
LEFT JOIN l7 l ON l.time = f.time AND l.id = f.id
WHERE $12::text[] IS NULL OR in_limits(s, $12::text[]) OR in_limits(d, $12::text[])
ORDER BY f.time DESC, f.id DESC;
