-- Deletes the flows that a filter selects; $1 to $5 as $2 to $6 of flow_count, $6 a LIKE pattern for the L7 part,
-- $7 from, $8 before. The rows returned are what has to be taken off the connections.
DELETE FROM flows f
WHERE ($1::int[] IS NULL OR f.connection_id = ANY ($1))
	AND ($2::int[] IS NULL
		OR (f.facts >> 7) & 1 = 0 AND f.connection_id = ANY ($2)
		OR (f.facts >> 7) & 1 = 1 AND f.connection_id = ANY ($3))
	AND ($4::int[] IS NULL OR f.facts & 7 = ANY ($4))
	AND ($5::int[] IS NULL OR (f.facts >> 3) & 3 = ANY ($5))
	AND ($6::text IS NULL OR (f.facts >> 31) & 7 <> 0 AND EXISTS (
		SELECT FROM flow_l7 l
		WHERE l.time = f.time AND l.id = f.id
			AND (l.method ILIKE $6 OR l.host ILIKE $6 OR l.path ILIKE $6 OR l.name ILIKE $6)))
	AND ($7::timestamptz IS NULL OR f.time >= $7::timestamptz)
	AND ($8::timestamptz IS NULL OR f.time < $8::timestamptz)
RETURNING f.connection_id, (extract(epoch FROM f.time) * 1000000)::bigint, f.facts, f.weight;
