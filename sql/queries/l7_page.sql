-- The times and ids of the newest flows with an L7 part like $10, of the facts $11, which are sure, and $12, which are
-- not (l7_facts), or of none; $1 to $9 as in flow_list. What else a flow has is asked of one after the other, newest
-- first, until there are enough.
SELECT (extract(epoch FROM l.time) * 1000000)::bigint, l.id
FROM flow_l7 l
WHERE (l.fact_id = ANY ($11::int[])
		OR l.fact_id = ANY ($12::int[]) AND (l.path ILIKE $10::text OR l.name ILIKE $10)
		OR l.fact_id = 0 AND (l.path ILIKE $10 OR l.name ILIKE $10 OR l.method ILIKE $10 OR l.host ILIKE $10))
	AND l.time >= $4::timestamptz
	AND l.time <= $2::timestamptz AND (l.time, l.id) < ($2::timestamptz, $3::bigint)
	AND (
		SELECT ($5::int[] IS NULL OR f.connection_id = ANY ($5))
			AND ($6::int[] IS NULL
				OR (f.facts >> 7) & 1 = 0 AND f.connection_id = ANY ($6)
				OR (f.facts >> 7) & 1 = 1 AND f.connection_id = ANY ($7))
			AND ($8::int[] IS NULL OR f.facts & 7 = ANY ($8))
			AND ($9::int[] IS NULL OR (f.facts >> 3) & 3 = ANY ($9))
		FROM flows f WHERE f.time = l.time AND f.id = l.id
	)
ORDER BY l.time DESC, l.id DESC
LIMIT $1::int;
