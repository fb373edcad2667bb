-- Values to filter by among the connections $1 (null: all), the commonest $2 of each kind. A flow counts
-- once for each value that it has on either side.
WITH chosen AS (
	SELECT c.id, c.client_id, c.server_id, c.protocol, c.port, c.flows, c.verdicts
	FROM connections c
	WHERE c.events > 0 AND ($1::int[] IS NULL OR c.id = ANY ($1))
), ends AS (
	SELECT c.id AS connection_id, c.flows, i.*
	FROM chosen c JOIN identities i ON i.id IN (c.client_id, c.server_id)
), named AS (
	SELECT 'clusters' AS facet, cluster AS value, sum(flows) AS count
	FROM (SELECT DISTINCT connection_id, flows, cluster FROM ends) e GROUP BY cluster
	UNION ALL
	SELECT 'namespaces', namespace, sum(flows)
	FROM (SELECT DISTINCT connection_id, flows, namespace FROM ends WHERE namespace <> '') e
	GROUP BY namespace
	UNION ALL
	SELECT 'workloads', value, sum(flows)
	FROM (SELECT DISTINCT connection_id, flows, namespace || '/' || workload AS value
		FROM ends WHERE workload <> '') e GROUP BY value
	UNION ALL
	SELECT 'labels', value, sum(flows)
	FROM (SELECT DISTINCT connection_id, flows, l AS value FROM ends, unnest(labels) AS l
		WHERE l NOT LIKE 'k8s:io.cilium.k8s.%' AND l NOT LIKE 'k8s:io.kubernetes.pod.%') e
	GROUP BY value
	UNION ALL
	SELECT 'ports', port::text, sum(flows) FROM chosen WHERE port > 0 GROUP BY port
	UNION ALL
	SELECT 'protocols', protocol::text, sum(flows) FROM chosen GROUP BY protocol
	UNION ALL
	SELECT 'verdicts', (place - 1)::text, sum(v.flows)
	FROM chosen c, unnest(c.verdicts) WITH ORDINALITY AS v (flows, place)
	WHERE v.flows > 0 GROUP BY place
), ranked AS (
	SELECT *, row_number() OVER (PARTITION BY facet ORDER BY count DESC, value) AS rank FROM named
)
SELECT facet, value, count::bigint FROM ranked WHERE rank <= $2::int ORDER BY facet, rank;
