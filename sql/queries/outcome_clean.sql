-- Of the connections whose counts went down: outcomes that none are left of.
DELETE FROM connection_outcomes
WHERE events <= 0 AND connection_id IN (SELECT connection_id FROM pending_counts);
