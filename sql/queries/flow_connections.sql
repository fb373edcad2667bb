-- The connections of the flows with the times $1 and ids $2, with their place among those, as far
-- as the limits $3 let them be seen.
WITH found AS MATERIALIZED (
	SELECT wanted.place - 1 AS place, f.connection_id
	FROM unnest($1::timestamptz[], $2::bigint[]) WITH ORDINALITY AS wanted (time, id, place)
	JOIN flows f ON f.time = wanted.time AND f.id = wanted.id
)
SELECT place, connection_id FROM found
WHERE $3::text[] IS NULL OR connection_id IN (SELECT connections_in_limits($3));
