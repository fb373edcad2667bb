-- Forgets the hours of all connections.
DELETE FROM connection_hours;
