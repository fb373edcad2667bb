-- Adds the identities that are missing. $1 canonical texts; the other arrays are in their order:
-- $2 classes, $3 clusters, $4 namespaces, $5 label lists, $6 numbers, $7 pods, $8 addresses,
-- $9 workloads, $10 workload kinds.
INSERT INTO identities
	(key, class, cluster, namespace, labels, number, pod, address, workload, workload_kind)
SELECT md5(g.text)::uuid, g.class, g.cluster, g.namespace, g.labels::text[], g.number, g.pod,
	g.address, g.workload, g.workload_kind
FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[],
		$8::text[], $9::text[], $10::text[])
	AS g (text, class, cluster, namespace, labels, number, pod, address, workload, workload_kind)
WHERE NOT EXISTS (SELECT FROM identities i WHERE i.key = md5(g.text)::uuid)
ORDER BY 1
ON CONFLICT (key) DO NOTHING;
