-- Adds the pending counts by hour and verdict (bits 0 to 2).
INSERT INTO connection_hours (connection_id, hour, verdict, flows, events)
SELECT connection_id, hour, facts & 7, total(flows), total(events)
FROM pending_counts
GROUP BY connection_id, hour, facts & 7
ORDER BY 1, 2, 3
ON CONFLICT (connection_id, hour, verdict) DO UPDATE SET
	flows = connection_hours.flows + excluded.flows,
	events = connection_hours.events + excluded.events;
