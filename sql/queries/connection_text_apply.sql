-- Adds the pending names (at most $1 in all) and nodes (at most $2) to their connections.
WITH told AS (
	SELECT connection_id, bool_or(l7_capped) AS l7_capped
	FROM pending_connection_texts GROUP BY connection_id
), name AS (
	SELECT connection_id, array_agg(DISTINCT n) AS names
	FROM pending_connection_texts, unnest(names) AS n GROUP BY connection_id
), node AS (
	SELECT connection_id, array_agg(DISTINCT n) AS nodes
	FROM pending_connection_texts, unnest(nodes) AS n GROUP BY connection_id
)
UPDATE connections c SET
	l7_capped = c.l7_capped OR told.l7_capped,
	names = ARRAY(SELECT DISTINCT n COLLATE "C" FROM unnest(c.names || name.names) AS n
		ORDER BY 1 LIMIT $1::int),
	nodes = ARRAY(SELECT DISTINCT n COLLATE "C" FROM unnest(c.nodes || node.nodes) AS n
		ORDER BY 1 LIMIT $2::int)
FROM told
LEFT JOIN name USING (connection_id)
LEFT JOIN node USING (connection_id)
WHERE c.id = told.connection_id
	AND NOT (c.l7_capped >= told.l7_capped
		AND c.names @> coalesce(name.names, '{}') AND c.nodes @> coalesce(node.nodes, '{}'));
