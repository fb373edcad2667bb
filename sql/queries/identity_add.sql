-- The ids of identities, in the order of the arrays; those that are missing are added. $1 canonical texts,
-- $2 classes, $3 clusters, $4 namespaces, $5 label lists, $6 numbers, $7 pods, $8 addresses, $9 workloads,
-- $10 workload kinds. An id is null as in connection_add.
WITH known AS MATERIALIZED (
	SELECT g.*, i.id
	FROM (
		SELECT md5(text)::uuid AS key, *
		FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[],
				$8::text[], $9::text[], $10::text[]) WITH ORDINALITY
			AS g (text, class, cluster, namespace, labels, number, pod, address, workload,
				workload_kind, n)
	) AS g
	LEFT JOIN identities i ON i.key = g.key
), added AS (
	INSERT INTO identities
		(key, class, cluster, namespace, labels, number, pod, address, workload, workload_kind)
	SELECT key, class, cluster, namespace, labels::text[], number, pod, address, workload, workload_kind
	FROM known WHERE id IS NULL
	ORDER BY key
	ON CONFLICT (key) DO NOTHING
	RETURNING id, key
)
SELECT coalesce(k.id, a.id) FROM known k LEFT JOIN added a ON a.key = k.key ORDER BY k.n;
