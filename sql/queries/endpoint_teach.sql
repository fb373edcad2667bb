-- Endpoints $1 of which a node told the workload: $2 names, $3 kinds.
WITH told AS (
	SELECT g.id, g.workload, g.kind
	FROM unnest($1::int[], $2::text[], $3::text[]) AS g (id, workload, kind)
), due AS (
	SELECT e.id FROM endpoints e JOIN told t ON t.id = e.id
	WHERE e.workload_kind = '' ORDER BY e.id FOR UPDATE OF e
)
UPDATE endpoints e SET workload = t.workload, workload_kind = t.kind
FROM told t JOIN due USING (id)
WHERE e.id = t.id;
