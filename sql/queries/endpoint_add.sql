-- The ids of endpoints, in the order of the arrays; those that are missing are added. $1 identities, $2 pods,
-- $3 workloads, $4 their kinds. An id is null as in connection_add.
WITH known AS MATERIALIZED (
	SELECT g.*, e.id
	FROM (
		SELECT md5(pod) AS key, *
		FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY
			AS g (identity_id, pod, workload, workload_kind, n)
	) AS g
	LEFT JOIN endpoints e ON e.identity_id = g.identity_id AND md5(e.pod) = g.key
), added AS (
	INSERT INTO endpoints (identity_id, pod, workload, workload_kind)
	SELECT identity_id, pod, workload, workload_kind
	FROM known WHERE id IS NULL
	ORDER BY identity_id, key
	ON CONFLICT (identity_id, md5(pod)) DO NOTHING
	RETURNING id, identity_id, pod
)
SELECT coalesce(k.id, a.id)
FROM known k
LEFT JOIN added a ON a.identity_id = k.identity_id AND a.pod = k.pod
ORDER BY k.n;
