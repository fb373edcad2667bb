-- Of the hours whose counts went down: those that nothing is left of.
DELETE FROM traffic_hours WHERE flows <= 0 AND hour IN (SELECT hour FROM pending_counts);
