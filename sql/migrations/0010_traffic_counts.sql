-- migrate:up

-- connection_hours without the connections: what all of them did in an hour. Whoever may see everything and filters
-- by no connection gets times and counts from here, however many connections there are. Kept in the same
-- transaction (store/tally.c), as the last of what an import changes, since all imports change the same rows.
CREATE TABLE traffic_hours (
	hour timestamptz NOT NULL,
	verdict smallint NOT NULL, -- enum verdict
	flows bigint NOT NULL,
	events bigint NOT NULL,
	PRIMARY KEY (hour, verdict)
);
INSERT INTO traffic_hours (hour, verdict, flows, events)
SELECT hour, verdict, sum(flows)::bigint, sum(events)::bigint FROM connection_hours GROUP BY hour, verdict;

-- Events by hour and verdict, as far as the limits let them be seen; of one hour there may be many rows.
CREATE FUNCTION hours_in_limits(limits text[])
RETURNS TABLE (hour timestamptz, verdict smallint, events bigint) LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT h.hour, h.verdict, h.events FROM traffic_hours h WHERE limits IS NULL
	UNION ALL
	SELECT h.hour, h.verdict, h.events FROM connection_hours h
	WHERE limits IS NOT NULL AND h.connection_id IN (SELECT connections_in_limits(limits));
END;

-- The flows of a connection by verdict, in the order of enum verdict; '{}': none yet. What connection_hours adds up
-- to, without reading all hours for it.
ALTER TABLE connections ADD COLUMN verdicts bigint[] NOT NULL DEFAULT '{}';
UPDATE connections c SET verdicts = v.verdicts
FROM (
	SELECT known.id, ARRAY(
		SELECT coalesce(sum(h.flows), 0)::bigint
		FROM generate_series(0, 7) AS verdict
		LEFT JOIN connection_hours h ON h.connection_id = known.id AND h.verdict = verdict.verdict
		GROUP BY verdict.verdict ORDER BY verdict.verdict
	) AS verdicts
	FROM (SELECT DISTINCT connection_id AS id FROM connection_hours) AS known
) AS v
WHERE v.id = c.id;

CREATE FUNCTION verdicts_added(a bigint[], b bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE
RETURN ARRAY[a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], a[5] + b[5], a[6] + b[6], a[7] + b[7], a[8] + b[8]];

-- migrate:down
-- Forward only: a backup is the way back.
