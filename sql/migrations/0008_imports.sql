-- migrate:up

-- A stream has no end that could be waited for: it is committed as it goes. One that is cut keeps what its row
-- counts.
ALTER TABLE imports ADD COLUMN stream bool NOT NULL DEFAULT false;
ALTER TABLE imports DROP CONSTRAINT imports_state_check,
	ADD CONSTRAINT imports_state_check CHECK (state IN ('running', 'done', 'cut', 'failed'));

-- Loads as the API shows them. One that has said nothing for ten minutes is not running any more.
CREATE OR REPLACE VIEW import_report AS
SELECT id::text AS import_id,
	CASE WHEN NOT lost THEN state WHEN kept THEN 'cut' ELSE 'failed' END AS state,
	name, author, cluster, bytes, received,
	CASE WHEN lost AND NOT stream THEN 0 ELSE accepted END AS accepted,
	CASE WHEN lost AND NOT stream THEN 0 ELSE duplicates END AS duplicates,
	ignored, rejected, lost_events, errors,
	CASE WHEN NOT lost THEN failure
		WHEN kept THEN 'It was interrupted; what is counted here is stored. Send the rest again.'
		ELSE 'It was interrupted; nothing of it is stored. Import it again.' END AS failure,
	CASE WHEN lost AND NOT stream THEN NULL ELSE first_flow END AS first_flow,
	CASE WHEN lost AND NOT stream THEN NULL ELSE last_flow END AS last_flow,
	started_at, updated_at, finished_at, stream
FROM imports,
	LATERAL (SELECT state = 'running' AND updated_at < clock_timestamp() - interval '10 minutes',
		stream AND accepted + duplicates > 0) AS l (lost, kept);

-- The session's tables of what an import has read or counted and not yet stored; empty at the end of each
-- transaction.
CREATE OR REPLACE FUNCTION pending_prepare() RETURNS void LANGUAGE sql
SET client_min_messages = warning AS $$
	CREATE TEMP TABLE IF NOT EXISTS pending_flows (
		time timestamptz, id bigint, facts bigint, connection_id int, source_endpoint int,
		destination_endpoint int, ports int, weight int, node_id int
	) ON COMMIT DELETE ROWS;
	CREATE TEMP TABLE IF NOT EXISTS pending_l7 (
		time timestamptz, id bigint, fact_id int, weight int, code int, method text, host text,
		path text, name text
	) ON COMMIT DELETE ROWS;
	CREATE TEMP TABLE IF NOT EXISTS pending_stored (
		time timestamptz, id bigint, facts bigint, connection_id int, weight int
	) ON COMMIT DELETE ROWS;
	CREATE TEMP TABLE IF NOT EXISTS pending_counts (
		connection_id int, hour timestamptz, facts bigint, flows bigint, events bigint,
		first_seen timestamptz, last_seen timestamptz
	) ON COMMIT DELETE ROWS;
	CREATE TEMP TABLE IF NOT EXISTS pending_facts (
		fact_id int, events bigint, first_seen timestamptz, last_seen timestamptz
	) ON COMMIT DELETE ROWS;
	CREATE TEMP TABLE IF NOT EXISTS pending_connection_texts (
		connection_id int, names text[], nodes text[], l7_capped bool
	) ON COMMIT DELETE ROWS;
	CREATE TEMP TABLE IF NOT EXISTS pending_fact_texts (
		fact_id int, example text, addresses text[]
	) ON COMMIT DELETE ROWS;
$$;

-- Stores the pending flows that are new, with their L7 part, adds them to the pending counts and empties their
-- tables. `counted`: the bits of facts that are counted apart. What was stored is what RETURNING says; the
-- loop is the form of it that also works when flows are distributed.
CREATE FUNCTION pending_store(counted bigint, OUT stored bigint, OUT first_flow timestamptz,
	OUT last_flow timestamptz) LANGUAGE plpgsql AS $$
DECLARE
	flow record;
BEGIN
	FOR flow IN
		INSERT INTO flows (time, id, facts, connection_id, source_endpoint, destination_endpoint,
			ports, weight, node_id)
		SELECT p.time, p.id, p.facts, p.connection_id, p.source_endpoint, p.destination_endpoint,
			p.ports, p.weight, p.node_id
		FROM pending_flows p
		ORDER BY p.time, p.id
		ON CONFLICT (time, id) DO NOTHING
		RETURNING flows.time, flows.id, flows.facts, flows.connection_id, flows.weight
	LOOP
		INSERT INTO pending_stored
		VALUES (flow.time, flow.id, flow.facts, flow.connection_id, flow.weight);
	END LOOP;
	INSERT INTO pending_counts
	SELECT connection_id, date_trunc('hour', time), facts & counted, count(*), sum(weight),
		min(time), max(time)
	FROM pending_stored
	GROUP BY 1, 2, 3;
	INSERT INTO flow_l7 (time, id, fact_id, weight, code, method, host, path, name)
	SELECT DISTINCT ON (l.time, l.id) l.time, l.id, l.fact_id, l.weight, l.code, l.method,
		l.host, l.path, l.name
	FROM pending_l7 l JOIN pending_stored s ON s.time = l.time AND s.id = l.id
	ORDER BY l.time, l.id, l.fact_id;
	INSERT INTO pending_facts
	SELECT fact_id, sum(weight), min(time), max(time)
	FROM (
		SELECT DISTINCT ON (l.time, l.id) l.time, l.fact_id, l.weight
		FROM pending_l7 l JOIN pending_stored s ON s.time = l.time AND s.id = l.id
		ORDER BY l.time, l.id, l.fact_id
	) AS l
	WHERE fact_id <> 0
	GROUP BY fact_id;
	SELECT count(*), min(time), max(time) INTO stored, first_flow, last_flow FROM pending_stored;
	TRUNCATE pending_flows, pending_l7, pending_stored;
END $$;

-- migrate:down
-- Forward only: a backup is the way back.
