-- The first flow of each of the connections with the ids $1, where it is still there, with the place
-- of the id among them.
WITH wanted AS MATERIALIZED (
	SELECT ids.place, c.id, c.first_seen
	FROM unnest($1::int[]) WITH ORDINALITY AS ids (id, place)
	JOIN connections c ON c.id = ids.id
)
SELECT DISTINCT ON (wanted.place) wanted.place - 1 AS place,
	(extract(epoch FROM f.time) * 1000000)::bigint AS time_us, f.id
FROM wanted
JOIN flows f ON f.time = wanted.first_seen AND f.connection_id = wanted.id
ORDER BY wanted.place, f.id;
