-- Adds the pending counts by outcome: bits 34 to 41 for the egress rule, 42 to 49 for the ingress rule.
INSERT INTO connection_outcomes (connection_id, side, outcome, events)
SELECT p.connection_id, bit / 8, bit % 8, sum(p.events)::bigint
FROM pending_counts p, generate_series(0, 15) AS bit
WHERE (p.facts >> (34 + bit)) & 1 = 1
GROUP BY p.connection_id, bit
ORDER BY 1, 2, 3
ON CONFLICT (connection_id, side, outcome)
	DO UPDATE SET events = connection_outcomes.events + excluded.events;
