-- Adds the pending counts and addresses (at most $1 in all) to their L7 facts, and keeps the smallest example.
-- Lists are put together as in connection_apply.
WITH counted AS (
	SELECT fact_id, total(events) AS events, min(first_seen) AS first_seen,
		max(last_seen) AS last_seen
	FROM (SELECT * FROM pending_facts ORDER BY fact_id) AS p GROUP BY fact_id
), told AS (
	SELECT fact_id, count(*) AS parts, texts_joined(addresses) AS addresses,
		min(example COLLATE "C") AS example
	FROM (SELECT * FROM pending_fact_texts ORDER BY fact_id) AS p GROUP BY fact_id
)
UPDATE connection_facts f SET
	events = f.events + coalesce(n.events, 0),
	first_seen = least(f.first_seen, n.first_seen),
	last_seen = greatest(f.last_seen, n.last_seen),
	example = least(f.example COLLATE "C", t.example),
	addresses = CASE
		WHEN t.addresses IS NULL OR f.addresses @> t.addresses THEN f.addresses
		WHEN f.addresses = '{}' AND t.parts = 1 THEN t.addresses
		ELSE ARRAY(SELECT DISTINCT a COLLATE "C" FROM unnest(f.addresses || t.addresses) AS a
			ORDER BY 1 LIMIT $1::int) END
FROM counted n FULL JOIN told t USING (fact_id)
WHERE f.id = fact_id
	AND (n.events IS NOT NULL
		OR NOT (f.example COLLATE "C" <= t.example AND f.addresses @> t.addresses));
