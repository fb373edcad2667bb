-- What was seen on the connections with the ids $1, by what it proves.
SELECT connection_id, side, outcome, events
FROM connection_outcomes
WHERE connection_id = ANY ($1::int[]);
