-- The connections that a filter selects, from the small tables alone. Null = no such filter; values
-- of one parameter are alternatives. Of either end: $1 clusters, $2 namespaces, $3 workloads, $4 labels;
-- of the source: $5 to $8, of the destination: $9 to $12, in the same order. $13 ports, $14 protocols,
-- $15 connection ids, $16 a LIKE pattern for L7 facts, $17 verdicts, $18 from, $19 before, $20 limits of what may be seen.
-- `forward`: the client is the source; `backward`: the server is, as in replies.
WITH ends AS MATERIALIZED (
	SELECT i.id,
		in_clusters(i, $1::text[]) AS cluster, in_namespaces(i, $2::text[]) AS namespace,
		in_workloads(i, $3::text[]) AS workload, has_labels(i, $4::text[]) AS label,
		in_clusters(i, $5::text[]) AND in_namespaces(i, $6::text[])
			AND in_workloads(i, $7::text[]) AND has_labels(i, $8::text[]) AS source,
		in_clusters(i, $9::text[]) AND in_namespaces(i, $10::text[])
			AND in_workloads(i, $11::text[]) AND has_labels(i, $12::text[]) AS destination,
		in_limits(i, $20::text[]) AS visible
	FROM identities i
)
SELECT c.id, a.source AND b.destination AS forward, b.source AND a.destination AS backward, c.events
FROM connections c
JOIN ends a ON a.id = c.client_id
JOIN ends b ON b.id = c.server_id
WHERE c.events > 0 AND (a.visible OR b.visible)
	AND (a.cluster OR b.cluster) AND (a.namespace OR b.namespace)
	AND (a.workload OR b.workload) AND (a.label OR b.label)
	AND (a.source AND b.destination OR b.source AND a.destination)
	AND ($13::int[] IS NULL OR c.port = ANY ($13))
	AND ($14::int[] IS NULL OR c.protocol = ANY ($14))
	AND ($15::int[] IS NULL OR c.id = ANY ($15))
	AND ($16::text IS NULL OR EXISTS (
		SELECT FROM connection_facts f
		WHERE f.connection_id = c.id AND f.events > 0
			AND (f.method ILIKE $16 OR f.host ILIKE $16 OR f.path ILIKE $16
				OR f.example ILIKE $16 OR f.name ILIKE $16)))
	AND ($17::int[] IS NULL OR EXISTS (SELECT FROM unnest($17) AS v WHERE c.verdicts[v + 1] > 0))
	AND (num_nonnulls($18::timestamptz, $19::timestamptz) = 0 OR $17 IS NULL OR EXISTS (
		SELECT FROM connection_hours h
		WHERE h.connection_id = c.id AND h.verdict = ANY ($17)
			AND ($18 IS NULL OR h.hour > $18 - interval '1 hour')
			AND ($19 IS NULL OR h.hour < $19)))
	AND ($18::timestamptz IS NULL OR c.last_seen >= $18::timestamptz)
	AND ($19::timestamptz IS NULL OR c.first_seen < $19::timestamptz)
ORDER BY c.id;
