-- migrate:up

-- API tokens. Rows stay: the audit names them. Of the secret only the SHA-256 is kept; for 256 random
-- bits it need not be a slow hash.
CREATE TABLE tokens (
	id text PRIMARY KEY, -- public, part of the token
	kind text NOT NULL CHECK (kind IN ('user', 'service', 'ingest')),
	sha256 bytea NOT NULL,
	name text NOT NULL,
	owner text NOT NULL,
	role text NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')), -- of the owner, when it was made
	owner_role text CHECK (owner_role IN ('none', 'viewer', 'editor', 'admin')), -- since seen; null: not yet
	scopes text[] NOT NULL,
	limits text[], -- 'CLUSTER/NAMESPACE', * for any; null = everything
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	expires_at timestamptz NOT NULL,
	revoked_at timestamptz,
	revoked_by text,
	rotated_to text REFERENCES tokens, -- its successor
	last_used_at timestamptz, -- as of the last full minute
	last_used_address text
);
CREATE INDEX ON tokens (created_at, id);
CREATE INDEX ON tokens (owner);

-- What this database is: one row. Once it was served with authentication, dev mode, where everybody is
-- admin, leaves it alone.
CREATE TABLE instance (
	one bool PRIMARY KEY DEFAULT true CHECK (one),
	authenticated_at timestamptz
);
INSERT INTO instance DEFAULT VALUES;

-- Limits of what a user may see: 'CLUSTER/NAMESPACE' each, * for any; null = everything. Does this end of a
-- connection lie within them?
CREATE FUNCTION in_limits(i identities, limits text[]) RETURNS bool LANGUAGE sql IMMUTABLE
RETURN limits IS NULL OR EXISTS (
	SELECT FROM unnest(limits) l
	WHERE split_part(l, '/', 1) IN ('*', (i).cluster) AND split_part(l, '/', 2) IN ('*', (i).namespace));

-- The connections with an end within the limits.
CREATE FUNCTION connections_in_limits(limits text[]) RETURNS SETOF int LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH seen AS MATERIALIZED (SELECT i.id FROM identities i WHERE in_limits(i, limits))
	SELECT c.id FROM connections c
	WHERE c.client_id IN (SELECT id FROM seen) OR c.server_id IN (SELECT id FROM seen);
END;

-- Policies are of no cluster. Those of no namespace (clusterwide ones) are for who may see everything.
CREATE FUNCTION policy_in_limits(namespace text, limits text[]) RETURNS bool LANGUAGE sql IMMUTABLE
RETURN limits IS NULL OR namespace <> '' AND EXISTS (
	SELECT FROM unnest(limits) l WHERE split_part(l, '/', 2) IN ('*', namespace));

-- migrate:down
-- Forward only: a backup is the way back.
