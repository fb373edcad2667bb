-- Adds the endpoints that are missing: $1 identities, $2 pods, $3 workloads, $4 their kinds.
INSERT INTO endpoints (identity_id, pod, workload, workload_kind)
SELECT g.identity_id, g.pod, g.workload, g.workload_kind
FROM unnest($1::int[], $2::text[], $3::text[], $4::text[])
	AS g (identity_id, pod, workload, workload_kind)
WHERE NOT EXISTS (
	SELECT FROM endpoints e WHERE e.identity_id = g.identity_id AND md5(e.pod) = md5(g.pod))
ORDER BY g.identity_id, md5(g.pod)
ON CONFLICT (identity_id, md5(pod)) DO NOTHING;
