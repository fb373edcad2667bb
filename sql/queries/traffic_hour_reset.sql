-- Forgets the hours of all connections together.
DELETE FROM traffic_hours;
