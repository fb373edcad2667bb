-- Forgets all connections; their rows stay, because an import in progress may know their ids.
UPDATE connections SET flows = 0, events = 0, no_time = 0, first_seen = NULL, last_seen = NULL,
	verdicts = '{}', outcomes = '{}', names = '{}', nodes = '{}', l7_capped = false
WHERE events <> 0 OR flows <> 0;
