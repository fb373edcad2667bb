-- Adds the pending counts to their L7 facts.
WITH counted AS (
	SELECT fact_id, sum(events)::bigint AS events, min(first_seen) AS first_seen,
		max(last_seen) AS last_seen
	FROM pending_facts GROUP BY fact_id
)
UPDATE connection_facts f SET
	events = f.events + n.events,
	first_seen = least(f.first_seen, n.first_seen),
	last_seen = greatest(f.last_seen, n.last_seen)
FROM counted n WHERE f.id = n.fact_id;
