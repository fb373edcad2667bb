-- What was seen on the connections with the ids $1, by what it proves: side and outcome.
SELECT c.id, (place - 1) / 8, (place - 1) % 8, o.events
FROM connections c, unnest(c.outcomes) WITH ORDINALITY AS o (events, place)
WHERE c.id = ANY ($1::int[]) AND o.events > 0;
