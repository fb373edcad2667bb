-- Adds the pending counts, names (at most $1 in all) and nodes (at most $2) to their connections. Bits of facts
-- (store/facts.h): 0 to 2, the verdict; 28, the time is that of the import; from 34 on, what the events prove. The hours of
-- a connection are put together first: then few rows are left to look at bit by bit. Each list of names or nodes is
-- sorted; one that came in several parts, or for a connection that has some, is put together.
-- Nothing tells the planner how many connections there are: sorted rows are grouped without a table of them, which
-- would be large.
WITH counted AS (
	SELECT connection_id, total(flows) AS flows, total(events) AS events,
		total(events * (facts >> 28 & 1)) AS no_time,
		min(first_seen) AS first_seen, max(last_seen) AS last_seen,
		ARRAY[
			total(flows * (facts & 7 = 0)::int), total(flows * (facts & 7 = 1)::int),
			total(flows * (facts & 7 = 2)::int), total(flows * (facts & 7 = 3)::int),
			total(flows * (facts & 7 = 4)::int), total(flows * (facts & 7 = 5)::int),
			total(flows * (facts & 7 = 6)::int), total(flows * (facts & 7 = 7)::int)
		] AS verdicts,
		ARRAY[
			total(events * (facts >> 34 & 1)), total(events * (facts >> 35 & 1)),
			total(events * (facts >> 36 & 1)), total(events * (facts >> 37 & 1)),
			total(events * (facts >> 38 & 1)), total(events * (facts >> 39 & 1)),
			total(events * (facts >> 40 & 1)), total(events * (facts >> 41 & 1)),
			total(events * (facts >> 42 & 1)), total(events * (facts >> 43 & 1)),
			total(events * (facts >> 44 & 1)), total(events * (facts >> 45 & 1)),
			total(events * (facts >> 46 & 1)), total(events * (facts >> 47 & 1)),
			total(events * (facts >> 48 & 1)), total(events * (facts >> 49 & 1))
		] AS outcomes
	FROM (
		SELECT connection_id, facts, total(flows) AS flows, total(events) AS events,
			min(first_seen) AS first_seen, max(last_seen) AS last_seen
		FROM pending_counts GROUP BY connection_id, facts ORDER BY connection_id
	) AS p GROUP BY connection_id
), told AS (
	SELECT connection_id, count(*) AS parts, texts_joined(names) AS names,
		texts_joined(nodes) AS nodes, bool_or(l7_capped) AS l7_capped
	FROM (SELECT * FROM pending_connection_texts ORDER BY connection_id) AS p GROUP BY connection_id
)
UPDATE connections c SET
	flows = c.flows + coalesce(n.flows, 0),
	events = c.events + coalesce(n.events, 0),
	no_time = c.no_time + coalesce(n.no_time, 0),
	first_seen = least(c.first_seen, n.first_seen),
	last_seen = greatest(c.last_seen, n.last_seen),
	verdicts = CASE
		WHEN c.verdicts = '{}' OR n.verdicts IS NULL THEN coalesce(n.verdicts, c.verdicts)
		ELSE verdicts_added(c.verdicts, n.verdicts) END,
	outcomes = CASE
		WHEN c.outcomes = '{}' OR n.outcomes IS NULL THEN coalesce(n.outcomes, c.outcomes)
		ELSE outcomes_added(c.outcomes, n.outcomes) END,
	names = CASE
		WHEN t.names IS NULL OR c.names @> t.names THEN c.names
		WHEN c.names = '{}' AND t.parts = 1 THEN t.names
		ELSE ARRAY(SELECT DISTINCT n COLLATE "C" FROM unnest(c.names || t.names) AS n
			ORDER BY 1 LIMIT $1::int) END,
	nodes = CASE
		WHEN t.nodes IS NULL OR c.nodes @> t.nodes THEN c.nodes
		WHEN c.nodes = '{}' AND t.parts = 1 THEN t.nodes
		ELSE ARRAY(SELECT DISTINCT n COLLATE "C" FROM unnest(c.nodes || t.nodes) AS n
			ORDER BY 1 LIMIT $2::int) END,
	l7_capped = c.l7_capped OR coalesce(t.l7_capped, false)
FROM counted n FULL JOIN told t USING (connection_id)
WHERE c.id = connection_id
	AND (n.flows IS NOT NULL
		OR NOT (c.l7_capped >= t.l7_capped AND c.names @> t.names AND c.nodes @> t.nodes));
