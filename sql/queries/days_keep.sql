-- Makes the partitions of today and the week to come, and drops the days that are more than $1 (int)
-- days old; 0 drops none. One row: how many days were dropped.
SELECT CASE WHEN $1::int > 0 THEN flows_drop_days(today - $1::int) ELSE 0 END
FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today) t,
	LATERAL flows_add_days(ARRAY(SELECT today + n FROM generate_series(0, 7) n));
