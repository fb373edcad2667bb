-- migrate:up

-- Who was seen: a set of labels, or an outside address. `key` is the md5 of the canonical text that
-- store/dimensions.c makes of the other columns, because labels can exceed what an index takes.
CREATE TABLE identities (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	key uuid NOT NULL UNIQUE,
	class smallint NOT NULL, -- enum peer_class
	cluster text NOT NULL,
	namespace text NOT NULL,
	labels text[] NOT NULL, -- canonical, sorted
	number bigint NOT NULL,
	pod text NOT NULL,
	address text NOT NULL,
	workload text NOT NULL, -- for people: as told, else guessed from labels or the pod's name
	workload_kind text NOT NULL -- '' while it is a guess
);
CREATE INDEX ON identities (namespace);
CREATE INDEX ON identities USING gin (labels);

CREATE TABLE endpoints (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	identity_id int NOT NULL REFERENCES identities,
	pod text NOT NULL,
	workload text NOT NULL,
	workload_kind text NOT NULL
);
CREATE UNIQUE INDEX ON endpoints (identity_id, md5(pod));

-- Numbers under which labelled identities were reported.
CREATE TABLE identity_numbers (
	identity_id int NOT NULL REFERENCES identities,
	number bigint NOT NULL,
	PRIMARY KEY (identity_id, number)
);

CREATE TABLE nodes (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL
);
CREATE UNIQUE INDEX ON nodes (md5(name));

-- The number is packed into flows.facts (LIMIT_DROP_REASONS).
CREATE TABLE drop_reasons (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL
);
CREATE UNIQUE INDEX ON drop_reasons (md5(name));

-- What they did: oriented client -> server. The row is made before its events are stored, in a
-- transaction of its own, so a connection counts only once `events` says so.
CREATE TABLE connections (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	client_id int NOT NULL REFERENCES identities,
	server_id int NOT NULL REFERENCES identities,
	protocol smallint NOT NULL, -- enum protocol
	port int NOT NULL,
	client_port int NOT NULL,
	icmp_type smallint NOT NULL,
	standing smallint NOT NULL, -- enum standing
	flows bigint NOT NULL DEFAULT 0, -- records
	events bigint NOT NULL DEFAULT 0, -- what the records stand for
	no_time bigint NOT NULL DEFAULT 0,
	first_seen timestamptz, -- null until there are events
	last_seen timestamptz,
	names text[] NOT NULL DEFAULT '{}',
	nodes text[] NOT NULL DEFAULT '{}',
	l7_capped bool NOT NULL DEFAULT false,
	UNIQUE (client_id, server_id, protocol, port, client_port, icmp_type, standing)
);
CREATE INDEX ON connections (server_id);

-- Events by what they prove for the rule of one side.
CREATE TABLE connection_outcomes (
	connection_id int NOT NULL REFERENCES connections,
	side smallint NOT NULL, -- enum side
	outcome smallint NOT NULL, -- enum outcome
	events bigint NOT NULL,
	PRIMARY KEY (connection_id, side, outcome)
);

-- Windowed counts and the timeline; they outlive the raw flows.
CREATE TABLE connection_hours (
	connection_id int NOT NULL REFERENCES connections,
	hour timestamptz NOT NULL,
	verdict smallint NOT NULL, -- enum verdict
	flows bigint NOT NULL,
	events bigint NOT NULL,
	PRIMARY KEY (connection_id, hour, verdict)
);
CREATE INDEX ON connection_hours (hour);

-- HTTP requests and DNS questions, generalised (core/traffic.h, struct l7_fact). `key` as above.
CREATE TABLE connection_facts (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	connection_id int NOT NULL REFERENCES connections,
	key uuid NOT NULL,
	kind smallint NOT NULL, -- enum l7_kind
	side smallint NOT NULL,
	denied bool NOT NULL,
	method text NOT NULL,
	host text NOT NULL,
	path text NOT NULL,
	example text NOT NULL,
	name text NOT NULL,
	addresses text[] NOT NULL DEFAULT '{}',
	events bigint NOT NULL DEFAULT 0,
	first_seen timestamptz,
	last_seen timestamptz,
	UNIQUE (connection_id, key)
);

-- Does a label have this "key=value" or "key", with or without its source?
CREATE FUNCTION label_is(label text, wanted text) RETURNS bool LANGUAGE sql IMMUTABLE
RETURN wanted IN (label, split_part(label, '=', 1), substr(label, strpos(label, ':') + 1),
	split_part(substr(label, strpos(label, ':') + 1), '=', 1));

-- The filters on one end of a connection; null = no such filter.
CREATE FUNCTION in_clusters(i identities, clusters text[]) RETURNS bool LANGUAGE sql IMMUTABLE
RETURN clusters IS NULL OR (i).cluster = ANY (clusters);

CREATE FUNCTION in_namespaces(i identities, namespaces text[]) RETURNS bool LANGUAGE sql IMMUTABLE
RETURN namespaces IS NULL OR (i).namespace = ANY (namespaces);

CREATE FUNCTION in_workloads(i identities, workloads text[]) RETURNS bool LANGUAGE sql IMMUTABLE
RETURN workloads IS NULL OR (i).workload = ANY (workloads)
	OR (i).namespace || '/' || (i).workload = ANY (workloads);

CREATE FUNCTION has_labels(i identities, labels text[]) RETURNS bool LANGUAGE sql IMMUTABLE
RETURN labels IS NULL
	OR EXISTS (SELECT FROM unnest((i).labels) l, unnest(labels) w WHERE label_is(l, w));

-- migrate:down
-- Forward only: a backup is the way back.
