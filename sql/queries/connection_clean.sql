-- Of the connections whose counts went down: those without events are as if never seen. Their rows
-- stay, because an import in progress may know their ids.
UPDATE connections SET flows = 0, events = 0, no_time = 0, first_seen = NULL, last_seen = NULL,
	verdicts = '{}', outcomes = '{}', names = '{}', nodes = '{}', l7_capped = false
WHERE events <= 0 AND id IN (SELECT connection_id FROM pending_counts);
