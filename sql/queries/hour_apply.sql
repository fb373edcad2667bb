-- Adds the pending counts by hour and verdict (bits 0 to 2). Sorted first, as in connection_apply.
INSERT INTO connection_hours (connection_id, hour, verdict, flows, events)
SELECT connection_id, hour, verdict, total(flows), total(events)
FROM (
	SELECT connection_id, hour, facts & 7 AS verdict, flows, events
	FROM pending_counts ORDER BY 1, 2, 3
) AS p
GROUP BY connection_id, hour, verdict
ORDER BY 1, 2, 3
ON CONFLICT (connection_id, hour, verdict) DO UPDATE SET
	flows = connection_hours.flows + excluded.flows,
	events = connection_hours.events + excluded.events;
