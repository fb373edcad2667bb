-- Adds the pending counts to those of all connections together, by hour and verdict (bits 0 to 2).
INSERT INTO traffic_hours (hour, verdict, flows, events)
SELECT hour, facts & 7, total(flows), total(events)
FROM pending_counts
GROUP BY hour, facts & 7
ORDER BY 1, 2
ON CONFLICT (hour, verdict) DO UPDATE SET
	flows = traffic_hours.flows + excluded.flows,
	events = traffic_hours.events + excluded.events;
