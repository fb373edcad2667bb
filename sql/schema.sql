SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.audit_chain() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
	SELECT h.id + 1, h.hash INTO NEW.id, NEW.previous FROM audit_head h FOR UPDATE;
	NEW.at := coalesce(NEW.at, clock_timestamp());
	-- each text with its length before it, so that no two contents are hashed as the same bytes
	NEW.hash := sha256(NEW.previous || convert_to((
		SELECT string_agg(coalesce(octet_length(t) || ':' || t, '-'), ',' ORDER BY n)
		FROM unnest(audit_content(NEW)) WITH ORDINALITY AS c (t, n)), 'UTF8'));
	UPDATE audit_head SET id = NEW.id, hash = NEW.hash;
	RETURN NEW;
END $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    role text NOT NULL,
    auth text NOT NULL,
    token text NOT NULL,
    address text NOT NULL,
    request_id text NOT NULL,
    trace_id text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    name text NOT NULL,
    before_version integer,
    before_sha256 text,
    after_version integer,
    after_sha256 text,
    outcome text NOT NULL,
    reason text NOT NULL,
    detail jsonb NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'failed'::text])))
);
CREATE FUNCTION public.audit_content(a public.audit) RETURNS text[]
    LANGUAGE sql STABLE
    RETURN ARRAY[((a).id)::text, (((EXTRACT(epoch FROM (a).at) * (1000000)::numeric))::bigint)::text, (a).actor, (a).role, (a).auth, (a).token, (a).address, (a).request_id, (a).trace_id, (a).action, (a).object, (a).name, ((a).before_version)::text, (a).before_sha256, ((a).after_version)::text, (a).after_sha256, (a).outcome, (a).reason, ((a).detail)::text];
CREATE FUNCTION public.audit_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
	RAISE EXCEPTION 'the audit is never changed or deleted';
END $$;
CREATE TABLE public.identities (
    id integer NOT NULL,
    key uuid NOT NULL,
    class smallint NOT NULL,
    cluster text NOT NULL,
    namespace text NOT NULL,
    labels text[] NOT NULL,
    number bigint NOT NULL,
    pod text NOT NULL,
    address text NOT NULL,
    workload text NOT NULL,
    workload_kind text NOT NULL
);
CREATE FUNCTION public.in_limits(i public.identities, limits text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN ((limits IS NULL) OR (EXISTS (SELECT FROM unnest(in_limits.limits) l(l) WHERE ((split_part(l.l, '/'::text, 1) = ANY (ARRAY['*'::text, (in_limits.i).cluster])) AND (split_part(l.l, '/'::text, 2) = ANY (ARRAY['*'::text, (in_limits.i).namespace]))))));
CREATE TABLE public.connections (
    id integer NOT NULL,
    client_id integer NOT NULL,
    server_id integer NOT NULL,
    protocol smallint NOT NULL,
    port integer NOT NULL,
    client_port integer NOT NULL,
    icmp_type smallint NOT NULL,
    standing smallint NOT NULL,
    flows bigint DEFAULT 0 NOT NULL,
    events bigint DEFAULT 0 NOT NULL,
    no_time bigint DEFAULT 0 NOT NULL,
    first_seen timestamp with time zone,
    last_seen timestamp with time zone,
    names text[] DEFAULT '{}'::text[] NOT NULL,
    nodes text[] DEFAULT '{}'::text[] NOT NULL,
    l7_capped boolean DEFAULT false NOT NULL,
    verdicts bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    outcomes bigint[] DEFAULT '{}'::bigint[] NOT NULL
)
WITH (fillfactor='20');
CREATE FUNCTION public.connections_in_limits(limits text[]) RETURNS SETOF integer
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 WITH seen AS MATERIALIZED (
          SELECT i.id
            FROM public.identities i
           WHERE public.in_limits(i.*, connections_in_limits.limits)
         )
  SELECT c.id
    FROM public.connections c
   WHERE ((c.client_id IN ( SELECT seen.id
            FROM seen)) OR (c.server_id IN ( SELECT seen.id
            FROM seen)));
END;
CREATE FUNCTION public.flows_add_days(days date[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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
CREATE FUNCTION public.flows_day(part name) RETURNS date
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN (part ~ '_p[0-9]{8}$'::text) THEN to_date("right"((part)::text, 8), 'YYYYMMDD'::text) ELSE NULL::date END;
CREATE FUNCTION public.flows_drop_days(until date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
	part text;
	dropped int := 0;
BEGIN
	FOR part IN
		SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
		WHERE i.inhparent IN ('flows'::regclass, 'flow_l7'::regclass)
			AND flows_day(c.relname) < until
		ORDER BY 1
	LOOP
		EXECUTE format('DROP TABLE %I', part);
		dropped := dropped + (part LIKE 'flows\_p%')::int;
	END LOOP;
	IF dropped > 0 THEN
		UPDATE imports SET body_hash = NULL WHERE body_hash IS NOT NULL;
	END IF;
	RETURN dropped;
END $$;
CREATE FUNCTION public.flows_index_day(until date) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
	part text;
BEGIN
	SELECT c.relname INTO part FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
	WHERE i.inhparent = 'flows'::regclass AND flows_day(c.relname) < until
		AND to_regclass(quote_ident(c.relname || '_connection')) IS NULL
	ORDER BY 1 DESC
	LIMIT 1;
	IF part IS NOT NULL THEN
		EXECUTE format('CREATE INDEX %I ON %I (connection_id, time, id)', part || '_connection',
			part);
	END IF;
	RETURN part;
END $$;
CREATE FUNCTION public.label_is(label text, wanted text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN (wanted = ANY (ARRAY[label, split_part(label, '='::text, 1), substr(label, (strpos(label, ':'::text) + 1)), split_part(substr(label, (strpos(label, ':'::text) + 1)), '='::text, 1)]));
CREATE FUNCTION public.has_labels(i public.identities, labels text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN ((labels IS NULL) OR (EXISTS (SELECT FROM unnest((has_labels.i).labels) l(l), unnest(has_labels.labels) w(w) WHERE public.label_is(l.l, w.w))));
CREATE TABLE public.connection_hours (
    connection_id integer NOT NULL,
    hour timestamp with time zone NOT NULL,
    verdict smallint NOT NULL,
    flows bigint NOT NULL,
    events bigint NOT NULL
)
WITH (fillfactor='75');
CREATE TABLE public.traffic_hours (
    hour timestamp with time zone NOT NULL,
    verdict smallint NOT NULL,
    flows bigint NOT NULL,
    events bigint NOT NULL,
    last_seen timestamp with time zone NOT NULL
);
CREATE FUNCTION public.hours_in_limits(limits text[]) RETURNS TABLE(hour timestamp with time zone, verdict smallint, events bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT h.hour,
     h.verdict,
     h.events
    FROM public.traffic_hours h
   WHERE (hours_in_limits.limits IS NULL)
 UNION ALL
  SELECT h.hour,
     h.verdict,
     h.events
    FROM public.connection_hours h
   WHERE ((hours_in_limits.limits IS NOT NULL) AND (h.connection_id IN ( SELECT public.connections_in_limits(hours_in_limits.limits) AS connections_in_limits)));
END;
CREATE FUNCTION public.in_clusters(i public.identities, clusters text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN ((clusters IS NULL) OR ((i).cluster = ANY (clusters)));
CREATE FUNCTION public.in_namespaces(i public.identities, namespaces text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN ((namespaces IS NULL) OR ((i).namespace = ANY (namespaces)));
CREATE FUNCTION public.in_workloads(i public.identities, workloads text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN ((workloads IS NULL) OR ((i).workload = ANY (workloads)) OR ((((i).namespace || '/'::text) || (i).workload) = ANY (workloads)));
CREATE FUNCTION public.outcomes_added(a bigint[], b bigint[]) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE
    RETURN ARRAY[((a)[1] + (b)[1]), ((a)[2] + (b)[2]), ((a)[3] + (b)[3]), ((a)[4] + (b)[4]), ((a)[5] + (b)[5]), ((a)[6] + (b)[6]), ((a)[7] + (b)[7]), ((a)[8] + (b)[8]), ((a)[9] + (b)[9]), ((a)[10] + (b)[10]), ((a)[11] + (b)[11]), ((a)[12] + (b)[12]), ((a)[13] + (b)[13]), ((a)[14] + (b)[14]), ((a)[15] + (b)[15]), ((a)[16] + (b)[16])];
CREATE FUNCTION public.pending_prepare() RETURNS void
    LANGUAGE sql
    SET client_min_messages TO 'warning'
    AS $$
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
CREATE FUNCTION public.pending_store(counted bigint, OUT stored bigint, OUT first_flow timestamp with time zone, OUT last_flow timestamp with time zone) RETURNS record
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.policy_in_limits(namespace text, limits text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN ((limits IS NULL) OR ((namespace <> ''::text) AND (EXISTS (SELECT FROM unnest(policy_in_limits.limits) l(l) WHERE (split_part(l.l, '/'::text, 2) = ANY (ARRAY['*'::text, policy_in_limits.namespace]))))));
CREATE FUNCTION public.policy_version_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
	RAISE EXCEPTION 'a policy version is never changed or deleted';
END $$;
CREATE FUNCTION public.verdicts_added(a bigint[], b bigint[]) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE
    RETURN ARRAY[((a)[1] + (b)[1]), ((a)[2] + (b)[2]), ((a)[3] + (b)[3]), ((a)[4] + (b)[4]), ((a)[5] + (b)[5]), ((a)[6] + (b)[6]), ((a)[7] + (b)[7]), ((a)[8] + (b)[8])];
CREATE AGGREGATE public.texts_joined(text[]) (
    SFUNC = array_cat,
    STYPE = text[]
);
CREATE AGGREGATE public.total(bigint) (
    SFUNC = int8pl,
    STYPE = bigint,
    INITCOND = '0'
);
CREATE TABLE public.audit_head (
    one boolean DEFAULT true NOT NULL,
    id bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_head_one_check CHECK (one)
);
CREATE TABLE public.connection_facts (
    id integer NOT NULL,
    connection_id integer NOT NULL,
    key uuid NOT NULL,
    kind smallint NOT NULL,
    side smallint NOT NULL,
    denied boolean NOT NULL,
    method text NOT NULL,
    host text NOT NULL,
    path text NOT NULL,
    example text NOT NULL,
    name text NOT NULL,
    addresses text[] DEFAULT '{}'::text[] NOT NULL,
    events bigint DEFAULT 0 NOT NULL,
    first_seen timestamp with time zone,
    last_seen timestamp with time zone
)
WITH (fillfactor='45');
ALTER TABLE public.connection_facts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.connection_facts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE public.connections ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.connections_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.drop_reasons (
    id integer NOT NULL,
    name text NOT NULL
);
ALTER TABLE public.drop_reasons ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.drop_reasons_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.endpoints (
    id integer NOT NULL,
    identity_id integer NOT NULL,
    pod text NOT NULL,
    workload text NOT NULL,
    workload_kind text NOT NULL
);
ALTER TABLE public.endpoints ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.endpoints_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.flow_l7 (
    "time" timestamp with time zone NOT NULL,
    id bigint NOT NULL,
    fact_id integer NOT NULL,
    weight integer NOT NULL,
    code integer NOT NULL,
    method text NOT NULL,
    host text NOT NULL,
    path text NOT NULL,
    name text NOT NULL
)
PARTITION BY RANGE ("time");
CREATE TABLE public.flows (
    "time" timestamp with time zone NOT NULL,
    id bigint NOT NULL,
    facts bigint NOT NULL,
    connection_id integer NOT NULL,
    source_endpoint integer NOT NULL,
    destination_endpoint integer NOT NULL,
    ports integer NOT NULL,
    weight integer NOT NULL,
    node_id integer NOT NULL
)
PARTITION BY RANGE ("time");
CREATE TABLE public.idempotency_keys (
    caller text NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    request_sha256 text NOT NULL,
    attempt uuid NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    status integer,
    headers jsonb,
    answer text
);
ALTER TABLE public.identities ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.identities_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.identity_numbers (
    identity_id integer NOT NULL,
    number bigint NOT NULL
);
CREATE TABLE public.imports (
    id uuid NOT NULL,
    body_hash bytea,
    state text NOT NULL,
    name text NOT NULL,
    author text NOT NULL,
    cluster text NOT NULL,
    bytes bigint DEFAULT 0 NOT NULL,
    received bigint DEFAULT 0 NOT NULL,
    accepted bigint DEFAULT 0 NOT NULL,
    duplicates bigint DEFAULT 0 NOT NULL,
    ignored jsonb DEFAULT '{}'::jsonb NOT NULL,
    rejected bigint DEFAULT 0 NOT NULL,
    lost_events bigint DEFAULT 0 NOT NULL,
    errors jsonb DEFAULT '[]'::jsonb NOT NULL,
    failure text DEFAULT ''::text NOT NULL,
    first_flow timestamp with time zone,
    last_flow timestamp with time zone,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    finished_at timestamp with time zone,
    stream boolean DEFAULT false NOT NULL,
    CONSTRAINT imports_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'cut'::text, 'failed'::text])))
);
CREATE VIEW public.import_report AS
 SELECT (imports.id)::text AS import_id,
        CASE
            WHEN (NOT l.lost) THEN imports.state
            WHEN l.kept THEN 'cut'::text
            ELSE 'failed'::text
        END AS state,
    imports.name,
    imports.author,
    imports.cluster,
    imports.bytes,
    imports.received,
        CASE
            WHEN (l.lost AND (NOT imports.stream)) THEN (0)::bigint
            ELSE imports.accepted
        END AS accepted,
        CASE
            WHEN (l.lost AND (NOT imports.stream)) THEN (0)::bigint
            ELSE imports.duplicates
        END AS duplicates,
    imports.ignored,
    imports.rejected,
    imports.lost_events,
    imports.errors,
        CASE
            WHEN (NOT l.lost) THEN imports.failure
            WHEN l.kept THEN 'It was interrupted; what is counted here is stored. Send the rest again.'::text
            ELSE 'It was interrupted; nothing of it is stored. Import it again.'::text
        END AS failure,
        CASE
            WHEN (l.lost AND (NOT imports.stream)) THEN NULL::timestamp with time zone
            ELSE imports.first_flow
        END AS first_flow,
        CASE
            WHEN (l.lost AND (NOT imports.stream)) THEN NULL::timestamp with time zone
            ELSE imports.last_flow
        END AS last_flow,
    imports.started_at,
    imports.updated_at,
    imports.finished_at,
    imports.stream
   FROM public.imports,
    LATERAL ( SELECT ((imports.state = 'running'::text) AND (imports.updated_at < (clock_timestamp() - '00:10:00'::interval))) AS "?column?",
            (imports.stream AND ((imports.accepted + imports.duplicates) > 0)) AS "?column?") l(lost, kept);
CREATE TABLE public.instance (
    one boolean DEFAULT true NOT NULL,
    authenticated_at timestamp with time zone,
    body_key bytea DEFAULT (((((sha256((uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))) || sha256((uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))) || sha256((uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))) || sha256((uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))) || sha256((uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))) || sha256((uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))) NOT NULL,
    CONSTRAINT instance_body_key_check CHECK ((octet_length(body_key) = 192)),
    CONSTRAINT instance_one_check CHECK (one)
);
CREATE TABLE public.nodes (
    id integer NOT NULL,
    name text NOT NULL
);
ALTER TABLE public.nodes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.nodes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.policies (
    id integer NOT NULL,
    name text NOT NULL,
    namespace text NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    deleted_at timestamp with time zone
);
ALTER TABLE public.policies ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.policies_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.policy_versions (
    policy_id integer NOT NULL,
    version integer NOT NULL,
    yaml text NOT NULL,
    sha256 bytea NOT NULL,
    author text NOT NULL,
    summary text NOT NULL,
    origin text NOT NULL,
    restored_from integer,
    evidence jsonb,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT policy_versions_origin_check CHECK ((origin = ANY (ARRAY['generated'::text, 'created'::text, 'edited'::text, 'restored'::text]))),
    CONSTRAINT policy_versions_version_check CHECK ((version > 0))
);
CREATE VIEW public.policy_current AS
 SELECT p.id,
    (p.id)::text AS policy_id,
    p.name AS policy_name,
    p.namespace,
    p.kind,
    p.version,
    v.origin,
    p.created_at,
    p.updated_at,
    p.deleted_at,
    f.author AS created_by,
    v.author AS updated_by,
    v.summary AS change_summary,
    encode(v.sha256, 'hex'::text) AS sha256,
    v.yaml AS yaml_content,
    v.evidence
   FROM ((public.policies p
     JOIN public.policy_versions v ON (((v.policy_id = p.id) AND (v.version = p.version))))
     JOIN public.policy_versions f ON (((f.policy_id = p.id) AND (f.version = 1))));
CREATE TABLE public.schema_migrations (
    version character varying(128) NOT NULL
);
CREATE TABLE public.tokens (
    id text NOT NULL,
    kind text NOT NULL,
    sha256 bytea NOT NULL,
    name text NOT NULL,
    owner text NOT NULL,
    role text NOT NULL,
    owner_role text,
    scopes text[] NOT NULL,
    limits text[],
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_by text,
    rotated_to text,
    last_used_at timestamp with time zone,
    last_used_address text,
    CONSTRAINT tokens_kind_check CHECK ((kind = ANY (ARRAY['user'::text, 'service'::text, 'ingest'::text]))),
    CONSTRAINT tokens_owner_role_check CHECK ((owner_role = ANY (ARRAY['none'::text, 'viewer'::text, 'editor'::text, 'admin'::text]))),
    CONSTRAINT tokens_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'editor'::text, 'admin'::text])))
);
ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (one);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey1 PRIMARY KEY (id);
ALTER TABLE ONLY public.connection_facts
    ADD CONSTRAINT connection_facts_connection_id_key_key UNIQUE (connection_id, key);
ALTER TABLE ONLY public.connection_facts
    ADD CONSTRAINT connection_facts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.connection_hours
    ADD CONSTRAINT connection_hours_pkey PRIMARY KEY (connection_id, hour, verdict);
ALTER TABLE ONLY public.connections
    ADD CONSTRAINT connections_client_id_server_id_protocol_port_client_port_i_key UNIQUE (client_id, server_id, protocol, port, client_port, icmp_type, standing);
ALTER TABLE ONLY public.connections
    ADD CONSTRAINT connections_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.drop_reasons
    ADD CONSTRAINT drop_reasons_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.flow_l7
    ADD CONSTRAINT flow_l7_pkey PRIMARY KEY ("time", id);
ALTER TABLE ONLY public.flows
    ADD CONSTRAINT flows_pkey PRIMARY KEY ("time", id);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (caller, route, key);
ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_key_key UNIQUE (key);
ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.identity_numbers
    ADD CONSTRAINT identity_numbers_pkey PRIMARY KEY (identity_id, number);
ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_body_hash_key UNIQUE (body_hash);
ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.instance
    ADD CONSTRAINT instance_pkey PRIMARY KEY (one);
ALTER TABLE ONLY public.nodes
    ADD CONSTRAINT nodes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.policies
    ADD CONSTRAINT policies_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.policy_versions
    ADD CONSTRAINT policy_versions_pkey PRIMARY KEY (policy_id, version);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.traffic_hours
    ADD CONSTRAINT traffic_hours_pkey PRIMARY KEY (hour, verdict);
CREATE INDEX audit_action_id_idx ON public.audit USING btree (action, id);
CREATE INDEX audit_actor_id_idx ON public.audit USING btree (actor, id);
CREATE INDEX audit_at_idx1 ON public.audit USING btree (at);
CREATE INDEX audit_object_id_idx ON public.audit USING btree (object, id);
CREATE INDEX connection_hours_hour_idx ON public.connection_hours USING btree (hour);
CREATE UNIQUE INDEX drop_reasons_md5_idx ON public.drop_reasons USING btree (md5(name));
CREATE UNIQUE INDEX endpoints_identity_id_md5_idx ON public.endpoints USING btree (identity_id, md5(pod));
CREATE INDEX flow_l7_without_fact ON ONLY public.flow_l7 USING btree ("time", id) WHERE (fact_id = 0);
CREATE INDEX idempotency_keys_started_at_idx ON public.idempotency_keys USING btree (started_at);
CREATE INDEX imports_started_at_id_idx ON public.imports USING btree (started_at, id);
CREATE UNIQUE INDEX nodes_md5_idx ON public.nodes USING btree (md5(name));
CREATE UNIQUE INDEX policies_name ON public.policies USING btree (namespace, name, kind) WHERE (deleted_at IS NULL);
CREATE INDEX policies_updated_at_id_idx ON public.policies USING btree (updated_at, id);
CREATE INDEX policy_versions_created_at_idx ON public.policy_versions USING btree (created_at);
CREATE INDEX tokens_created_at_id_idx ON public.tokens USING btree (created_at, id);
CREATE INDEX tokens_owner_idx ON public.tokens USING btree (owner);
CREATE TRIGGER audit_chain BEFORE INSERT ON public.audit FOR EACH ROW EXECUTE FUNCTION public.audit_chain();
CREATE TRIGGER audit_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.audit_stays();
CREATE TRIGGER policy_versions_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.policy_versions FOR EACH STATEMENT EXECUTE FUNCTION public.policy_version_stays();
ALTER TABLE ONLY public.policy_versions
    ADD CONSTRAINT policy_versions_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.policies(id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_rotated_to_fkey FOREIGN KEY (rotated_to) REFERENCES public.tokens(id);
