-- Counts the records of the connections $1 (null: all) with the verdicts $2 (null: any) in whole hours
-- from $3 before $4 (null: no bound). Exact, and includes flows that have expired.
SELECT coalesce(sum(flows), 0)::bigint FROM connection_hours
WHERE ($1::int[] IS NULL OR connection_id = ANY ($1))
	AND ($2::int[] IS NULL OR verdict = ANY ($2))
	AND ($3::timestamptz IS NULL OR hour >= $3::timestamptz)
	AND ($4::timestamptz IS NULL OR hour < $4::timestamptz);
