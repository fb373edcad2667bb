-- Adds the pending counts to their connections. Bit 28: the time is that of the import.
WITH counted AS (
	SELECT connection_id, sum(flows)::bigint AS flows, sum(events)::bigint AS events,
		coalesce(sum(events) FILTER (WHERE (facts >> 28) & 1 = 1), 0)::bigint AS no_time,
		min(first_seen) AS first_seen, max(last_seen) AS last_seen
	FROM pending_counts GROUP BY connection_id
)
UPDATE connections c SET
	flows = c.flows + n.flows,
	events = c.events + n.events,
	no_time = c.no_time + n.no_time,
	first_seen = least(c.first_seen, n.first_seen),
	last_seen = greatest(c.last_seen, n.last_seen)
FROM counted n WHERE c.id = n.connection_id;
