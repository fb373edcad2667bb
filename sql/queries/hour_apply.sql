-- Adds the pending counts by hour and verdict (bits 0 to 2) to those of their connections, in the order of the key, and at
-- last to those of all connections together, which all imports share. The connections are locked (pending_lock), so
-- nobody else adds the same rows.
WITH counted AS (
	SELECT connection_id, hour, facts & 7 AS verdict, total(flows) AS flows, total(events) AS events,
		max(last_seen) AS last_seen
	FROM pending_counts
	GROUP BY 1, 2, 3
	ORDER BY 1, 2, 3
), together AS (
	INSERT INTO traffic_hours (hour, verdict, flows, events, last_seen)
	SELECT hour, verdict, total(flows), total(events), max(last_seen) FROM counted
	GROUP BY 1, 2
	ORDER BY 1, 2
	ON CONFLICT (hour, verdict) DO UPDATE SET
		flows = traffic_hours.flows + excluded.flows,
		events = traffic_hours.events + excluded.events,
		last_seen = greatest(traffic_hours.last_seen, excluded.last_seen)
)
MERGE INTO connection_hours h
USING counted n ON (h.connection_id, h.hour, h.verdict) = (n.connection_id, n.hour, n.verdict)
WHEN MATCHED THEN UPDATE SET flows = h.flows + n.flows, events = h.events + n.events
WHEN NOT MATCHED THEN INSERT (connection_id, hour, verdict, flows, events)
	VALUES (n.connection_id, n.hour, n.verdict, n.flows, n.events);
