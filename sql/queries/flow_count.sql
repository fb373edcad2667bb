-- Counts flows one by one, up to $1; $2 to $7 as $5 to $10 of flow_list, $8 from, $9 before (null: no bound).
SELECT count(*) FROM (
	SELECT FROM flows f
	WHERE ($2::int[] IS NULL OR f.connection_id = ANY ($2))
		AND ($3::int[] IS NULL
			OR (f.facts >> 7) & 1 = 0 AND f.connection_id = ANY ($3)
			OR (f.facts >> 7) & 1 = 1 AND f.connection_id = ANY ($4))
		AND ($5::int[] IS NULL OR f.facts & 7 = ANY ($5))
		AND ($6::int[] IS NULL OR (f.facts >> 3) & 3 = ANY ($6))
		AND ($7::text IS NULL OR EXISTS (
			SELECT FROM flow_l7 l
			WHERE l.time = f.time AND l.id = f.id
				AND (l.method ILIKE $7 OR l.host ILIKE $7 OR l.path ILIKE $7
					OR l.name ILIKE $7)))
		AND ($8::timestamptz IS NULL OR f.time >= $8::timestamptz)
		AND ($9::timestamptz IS NULL OR f.time < $9::timestamptz)
	LIMIT $1::int
) AS counted;
