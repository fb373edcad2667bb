-- Events by verdict in buckets of $1 seconds (whole hours) from $2 before $3 (seconds since 1970),
-- within the limits $4.
WITH hours AS (
	SELECT hour, verdict, sum(events) AS events FROM hours_in_limits($4::text[])
	WHERE hour >= to_timestamp($2::bigint) AND hour < to_timestamp($3::bigint)
	GROUP BY hour, verdict
)
SELECT $2::bigint + (extract(epoch FROM hour)::bigint - $2::bigint) / $1::bigint * $1::bigint AS bucket,
	verdict, sum(events)::bigint
FROM hours
GROUP BY 1, 2
ORDER BY 1, 2;
