-- Which of the connections with the ids $1 (null: all) have stored flows with one of the directions $2
-- (bits 3 and 4), from $3 before $4 (null: no bound).
SELECT DISTINCT f.connection_id
FROM flows f
WHERE ($1::int[] IS NULL OR f.connection_id = ANY ($1))
	AND (f.facts >> 3) & 3 = ANY ($2::int[])
	AND ($3::timestamptz IS NULL OR f.time >= $3::timestamptz)
	AND ($4::timestamptz IS NULL OR f.time < $4::timestamptz);
