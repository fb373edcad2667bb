-- Counts the records of the connections $1 (null: all) with the verdicts $2 (null: any) in whole hours from $3
-- before $4 (null: no bound), from the smallest table that knows. Exact, and includes flows that have expired.
SELECT coalesce(sum(flows), 0)::bigint FROM (
	SELECT flows FROM traffic_hours
	WHERE $1::int[] IS NULL AND ($2::int[] IS NULL OR verdict = ANY ($2))
		AND ($3::timestamptz IS NULL OR hour >= $3::timestamptz)
		AND ($4::timestamptz IS NULL OR hour < $4::timestamptz)
	UNION ALL
	SELECT CASE WHEN $2 IS NULL THEN flows ELSE (SELECT sum(verdicts[v + 1]) FROM unnest($2) v) END
	FROM connections
	WHERE id = ANY ($1) AND num_nonnulls($3, $4) = 0
	UNION ALL
	SELECT flows FROM connection_hours
	WHERE connection_id = ANY ($1) AND num_nonnulls($3, $4) > 0
		AND ($2 IS NULL OR verdict = ANY ($2))
		AND ($3 IS NULL OR hour >= $3) AND ($4 IS NULL OR hour < $4)
) AS counted;
