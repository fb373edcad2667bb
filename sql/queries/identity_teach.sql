-- Identities $1 of which a node told the workload: $2 names, $3 kinds. A guess gives way. The rows are
-- locked in order, so that two imports never wait for each other.
WITH told AS (
	SELECT DISTINCT ON (g.id) g.id, g.workload, g.kind
	FROM unnest($1::int[], $2::text[], $3::text[]) AS g (id, workload, kind)
	ORDER BY g.id, g.workload
), due AS (
	SELECT i.id FROM identities i JOIN told t ON t.id = i.id
	WHERE i.workload_kind = '' ORDER BY i.id FOR UPDATE OF i
)
UPDATE identities i SET workload = t.workload, workload_kind = t.kind
FROM told t JOIN due USING (id)
WHERE i.id = t.id;
