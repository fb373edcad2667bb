-- The first flow of each of the connections with the ids $1, where it is still there, with the place
-- of the id among them.
SELECT DISTINCT ON (wanted.place) wanted.place - 1 AS place,
	(extract(epoch FROM f.time) * 1000000)::bigint AS time_us, f.id
FROM unnest($1::int[]) WITH ORDINALITY AS wanted (id, place)
JOIN connections c ON c.id = wanted.id
JOIN flows f ON f.time = c.first_seen AND f.connection_id = c.id
ORDER BY wanted.place, f.id;
