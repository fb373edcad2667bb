-- migrate:up

-- Who changed what, from where and how they were known; written in the transaction of the change. A row
-- is never changed, and its hash covers its content and the hash of the row before: what was changed
-- behind the product's back shows (store/audit.h).
ALTER TABLE audit RENAME TO audit_before;

CREATE TABLE audit (
	id bigint PRIMARY KEY, -- 1, 2, 3 ... without a gap
	at timestamptz NOT NULL,
	actor text NOT NULL,
	role text NOT NULL,
	auth text NOT NULL, -- 'dev', 'proxy', 'token'
	token text NOT NULL, -- public id of the token, '' = none
	address text NOT NULL,
	request_id text NOT NULL,
	trace_id text NOT NULL, -- '' = none
	action text NOT NULL, -- 'policy.update'
	object text NOT NULL, -- the id of what it was done to, '' = no single thing
	name text NOT NULL, -- of the object, for people
	before_version int,
	before_sha256 text, -- hexadecimal
	after_version int,
	after_sha256 text,
	outcome text NOT NULL CHECK (outcome IN ('done', 'failed')),
	reason text NOT NULL, -- what the user or the failure says
	detail jsonb NOT NULL,
	previous bytea NOT NULL, -- hash of the row before
	hash bytea NOT NULL
);
CREATE INDEX ON audit (at);
CREATE INDEX ON audit (actor, id);
CREATE INDEX ON audit (action, id);
CREATE INDEX ON audit (object, id);

-- The end of the chain, one row. Its lock puts the rows in order; every change takes it last, so it is
-- held for the length of a commit.
CREATE TABLE audit_head (
	one bool PRIMARY KEY DEFAULT true CHECK (one),
	id bigint NOT NULL,
	hash bytea NOT NULL
);
INSERT INTO audit_head (id, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- The columns that are hashed, as text, in this order. store/audit.c hashes them too.
CREATE FUNCTION audit_content(a audit) RETURNS text[] LANGUAGE sql STABLE
RETURN ARRAY[(a).id::text, (extract(epoch FROM (a).at) * 1000000)::bigint::text, (a).actor, (a).role,
	(a).auth, (a).token, (a).address, (a).request_id, (a).trace_id, (a).action, (a).object, (a).name,
	(a).before_version::text, (a).before_sha256, (a).after_version::text, (a).after_sha256,
	(a).outcome, (a).reason, (a).detail::text];

CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
CREATE TRIGGER audit_chain BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_chain();

INSERT INTO audit (at, actor, role, auth, token, address, request_id, trace_id, action, object, name,
	after_version, outcome, reason, detail)
SELECT at, actor, '', '', '', '', request_id, '', action, object, '', (detail->>'version')::int, 'done',
	'', detail
FROM audit_before
ORDER BY id;
DROP TABLE audit_before;

CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the audit is never changed or deleted';
END $$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
	FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();

-- The time, the number and the hashes are not the workers' to say.
REVOKE INSERT, UPDATE, DELETE ON audit, audit_head FROM cpa_app;
GRANT INSERT (actor, role, auth, token, address, request_id, trace_id, action, object, name,
	before_version, before_sha256, after_version, after_sha256, outcome, reason, detail)
	ON audit TO cpa_app;
REVOKE EXECUTE ON FUNCTION audit_chain FROM PUBLIC;

-- Answers to requests that came with an Idempotency-Key, for a day.
CREATE TABLE idempotency_keys (
	caller text NOT NULL,
	route text NOT NULL, -- 'POST /api/policies'
	key text NOT NULL,
	request_sha256 text NOT NULL, -- hexadecimal, of query and body
	attempt uuid NOT NULL, -- the request that works on it, or did
	started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	status int, -- null: it is being worked on
	headers jsonb, -- name -> value
	answer text,
	PRIMARY KEY (caller, route, key)
);
CREATE INDEX ON idempotency_keys (started_at);

-- migrate:down
-- Forward only: a backup is the way back.
