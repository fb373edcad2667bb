-- migrate:up

-- The events themselves: many, narrow, and deleted by the day. Nothing refers to this table, and it
-- has no sequence and no trigger, so that it can be distributed by `id` one day: every unique index
-- holds the partition column and the id. A partition is one day (UTC); there is no default one.
CREATE TABLE flows (
	time timestamptz NOT NULL,
	id bigint NOT NULL, -- hash of the record (struct flow)
	facts bigint NOT NULL, -- packed: store/facts.h
	connection_id int NOT NULL,
	source_endpoint int NOT NULL, -- 0 = no pod with a name
	destination_endpoint int NOT NULL,
	ports int NOT NULL, -- the packet's: source << 16 | destination, 0 = none
	weight int NOT NULL, -- events that the record stands for
	node_id int NOT NULL, -- 0 = not told
	PRIMARY KEY (time, id)
) PARTITION BY RANGE (time);

-- The request, answer or question of L7 events.
CREATE TABLE flow_l7 (
	time timestamptz NOT NULL,
	id bigint NOT NULL,
	fact_id int NOT NULL, -- 0 = beyond the cap of the connection
	weight int NOT NULL, -- as in flows
	code int NOT NULL, -- HTTP status or DNS rcode; -1 = none
	method text NOT NULL,
	host text NOT NULL,
	path text NOT NULL, -- without the text of its query
	name text NOT NULL, -- DNS question
	PRIMARY KEY (time, id)
) PARTITION BY RANGE (time);

-- Makes the partitions of the days that are missing. CREATE and ATTACH rather than PARTITION OF:
-- attaching lets readers and writers go on. Called outside of the import's own transaction.
CREATE FUNCTION flows_add_days(days date[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	day date;
	parent text;
	part text;
BEGIN
	PERFORM pg_advisory_xact_lock(hashtext('flows_add_days'));
	FOR day IN SELECT DISTINCT d FROM unnest(days) d ORDER BY d LOOP
		FOREACH parent IN ARRAY ARRAY['flows', 'flow_l7'] LOOP
			part := parent || to_char(day, '"_p"YYYYMMDD');
			CONTINUE WHEN to_regclass(part) IS NOT NULL;
			EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, parent);
			EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
				parent, part, day::timestamp AT TIME ZONE 'UTC',
				(day + 1)::timestamp AT TIME ZONE 'UTC');
		END LOOP;
	END LOOP;
END $$;

-- Drops the days before `until`; returns how many there were.
CREATE FUNCTION flows_drop_days(until date) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	part text;
	dropped int := 0;
BEGIN
	FOR part IN
		SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
		WHERE i.inhparent IN ('flows'::regclass, 'flow_l7'::regclass)
			AND to_date(right(c.relname, 8), 'YYYYMMDD') < until
		ORDER BY 1
	LOOP
		EXECUTE format('DROP TABLE %I', part);
		dropped := dropped + (part LIKE 'flows\_p%')::int;
	END LOOP;
	IF dropped > 0 THEN
		UPDATE imports SET sha256 = NULL WHERE sha256 IS NOT NULL;
	END IF;
	RETURN dropped;
END $$;

-- One row per load. A body that comes again is known by `sha256`; the hash is forgotten when flows are
-- deleted, because the body would then bring back what is missing.
CREATE TABLE imports (
	id uuid PRIMARY KEY,
	sha256 bytea UNIQUE,
	state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
	name text NOT NULL,
	author text NOT NULL,
	cluster text NOT NULL,
	bytes bigint NOT NULL DEFAULT 0,
	received bigint NOT NULL DEFAULT 0,
	accepted bigint NOT NULL DEFAULT 0,
	duplicates bigint NOT NULL DEFAULT 0,
	ignored jsonb NOT NULL DEFAULT '{}', -- kind -> count
	rejected bigint NOT NULL DEFAULT 0,
	lost_events bigint NOT NULL DEFAULT 0,
	errors jsonb NOT NULL DEFAULT '[]', -- the first LIMIT_IMPORT_ERRORS rejects
	failure text NOT NULL DEFAULT '',
	first_flow timestamptz,
	last_flow timestamptz,
	started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	finished_at timestamptz
);
CREATE INDEX ON imports (started_at, id);

-- Loads as the API shows them. One that has said nothing for ten minutes is not running any more.
CREATE VIEW import_report AS
SELECT id::text AS import_id,
	CASE WHEN lost THEN 'failed' ELSE state END AS state,
	name, author, cluster, bytes, received,
	CASE WHEN lost THEN 0 ELSE accepted END AS accepted,
	CASE WHEN lost THEN 0 ELSE duplicates END AS duplicates,
	ignored, rejected, lost_events, errors,
	CASE WHEN lost THEN 'It was interrupted; nothing of it is stored. Import it again.'
		ELSE failure END AS failure,
	first_flow, last_flow, started_at, updated_at, finished_at
FROM imports,
	LATERAL (SELECT state = 'running' AND updated_at < clock_timestamp() - interval '10 minutes')
		AS l (lost);

-- What an import has counted and not yet added to the connections; of one session. An import works
-- in one transaction, so these are empty again at its end.
CREATE FUNCTION pending_prepare() RETURNS void LANGUAGE sql
SET client_min_messages = warning AS $$
	CREATE TEMP TABLE IF NOT EXISTS pending_flows (
		time timestamptz, id bigint, facts bigint, connection_id int, source_endpoint int,
		destination_endpoint int, ports int, weight int, node_id int
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

-- migrate:down
-- Forward only: a backup is the way back.
