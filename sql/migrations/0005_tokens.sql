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

-- migrate:down
-- Forward only: a backup is the way back.
