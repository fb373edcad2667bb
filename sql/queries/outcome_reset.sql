-- Forgets the outcomes of all connections.
DELETE FROM connection_outcomes;
