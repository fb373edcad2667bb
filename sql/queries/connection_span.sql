-- From when to when the connections $1 were seen, in microseconds since 1970; nulls: never.
SELECT (extract(epoch FROM min(first_seen)) * 1000000)::bigint,
	(extract(epoch FROM max(last_seen)) * 1000000)::bigint
FROM connections WHERE id = ANY ($1::int[]);
