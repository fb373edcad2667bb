-- The hours with traffic from $1 before $2 (null: no bound) that the limits $3 let be seen: the first and the end of the last, in
-- seconds since 1970. No traffic: nulls.
SELECT extract(epoch FROM min(hour))::bigint, extract(epoch FROM max(hour))::bigint + 3600
FROM hours_in_limits($3::text[])
WHERE ($1::timestamptz IS NULL OR hour >= date_trunc('hour', $1::timestamptz))
	AND ($2::timestamptz IS NULL OR hour < $2::timestamptz);
