-- Deletes L7 rows of flows that are gone, from $1 before $2 (null: no bound). The rows returned are
-- what has to be taken off the facts.
DELETE FROM flow_l7 l
WHERE ($1::timestamptz IS NULL OR l.time >= $1::timestamptz)
	AND ($2::timestamptz IS NULL OR l.time < $2::timestamptz)
	AND NOT EXISTS (SELECT FROM flows f WHERE f.time = l.time AND f.id = l.id)
RETURNING l.fact_id, (extract(epoch FROM l.time) * 1000000)::bigint, l.weight;
