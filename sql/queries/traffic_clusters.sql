-- The clusters that the connections with the ids $1 (null: all) have to do with.
SELECT DISTINCT i.cluster FROM connections c
JOIN identities i ON i.id IN (c.client_id, c.server_id)
WHERE c.events > 0 AND ($1::int[] IS NULL OR c.id = ANY ($1));
