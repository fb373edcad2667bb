-- The workloads that have connections, the busiest first, with the label lists of their identities.
-- $1 the class of pods (enum peer_class), $2 limits of what may be seen.
WITH seen AS (
	SELECT client_id AS identity_id, id, events, last_seen FROM connections WHERE events > 0
	UNION
	SELECT server_id, id, events, last_seen FROM connections WHERE events > 0
), pods AS (
	SELECT DISTINCT i.cluster, i.namespace, i.workload, s.id, s.events, s.last_seen
	FROM seen s JOIN identities i ON i.id = s.identity_id
	WHERE i.class = $1::int AND i.workload <> '' AND in_limits(i, $2::text[])
), busy AS (
	SELECT cluster, namespace, workload, count(*) AS connections, sum(events)::bigint AS events,
		max(last_seen) AS last_seen
	FROM pods GROUP BY cluster, namespace, workload
)
SELECT b.cluster, b.namespace, b.workload, max(i.workload_kind) AS workload_kind, b.connections,
	b.events, b.last_seen, json_agg(i.labels)
FROM busy b
JOIN identities i ON i.cluster = b.cluster AND i.namespace = b.namespace AND i.workload = b.workload
WHERE i.class = $1::int AND i.id IN (SELECT identity_id FROM seen)
GROUP BY b.cluster, b.namespace, b.workload, b.connections, b.events, b.last_seen
ORDER BY b.events DESC, b.cluster, b.namespace, b.workload;
