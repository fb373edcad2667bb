-- Counts flows one by one, up to $1; $2 to $6 as $5 to $9 of flow_list, $7 from, $8 before (null: no bound).
SELECT count(*) FROM (
	SELECT FROM flows f
	WHERE ($2::int[] IS NULL OR f.connection_id = ANY ($2))
		AND ($3::int[] IS NULL
			OR (f.facts >> 7) & 1 = 0 AND f.connection_id = ANY ($3)
			OR (f.facts >> 7) & 1 = 1 AND f.connection_id = ANY ($4))
		AND ($5::int[] IS NULL OR f.facts & 7 = ANY ($5))
		AND ($6::int[] IS NULL OR (f.facts >> 3) & 3 = ANY ($6))
		AND ($7::timestamptz IS NULL OR f.time >= $7::timestamptz)
		AND ($8::timestamptz IS NULL OR f.time < $8::timestamptz)
	LIMIT $1::int
) AS counted;
