-- Forgets the L7 facts of all connections.
UPDATE connection_facts SET events = 0, first_seen = NULL, last_seen = NULL, addresses = '{}'
WHERE events <> 0;
