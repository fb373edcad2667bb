-- Adds the pending addresses (at most $1 in all) to their L7 facts, and keeps the smallest example.
WITH told AS (
	SELECT fact_id, min(example COLLATE "C") AS example
	FROM pending_fact_texts GROUP BY fact_id
), address AS (
	SELECT fact_id, array_agg(DISTINCT a) AS addresses
	FROM pending_fact_texts, unnest(addresses) AS a GROUP BY fact_id
)
UPDATE connection_facts f SET
	example = least(f.example COLLATE "C", told.example),
	addresses = ARRAY(SELECT DISTINCT a COLLATE "C" FROM unnest(f.addresses || address.addresses)
		AS a ORDER BY 1 LIMIT $1::int)
FROM told LEFT JOIN address USING (fact_id)
WHERE f.id = told.fact_id
	AND NOT (f.example COLLATE "C" <= told.example
		AND f.addresses @> coalesce(address.addresses, '{}'));
