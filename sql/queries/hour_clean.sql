-- Of the connections whose counts went down: hours that none are left of.
DELETE FROM connection_hours
WHERE flows <= 0 AND connection_id IN (SELECT connection_id FROM pending_counts);
