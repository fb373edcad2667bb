-- migrate:up

CREATE TABLE policies (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL,
	namespace text NOT NULL, -- '' = clusterwide, or none given
	kind text NOT NULL,
	version int NOT NULL, -- the current one
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	deleted_at timestamptz
);
-- A name is taken by each kind on its own, and free again once its policy is deleted.
CREATE UNIQUE INDEX policies_name ON policies (namespace, name, kind) WHERE deleted_at IS NULL;
CREATE INDEX ON policies (updated_at, id);

-- Never changed: an edit adds a row.
CREATE TABLE policy_versions (
	policy_id int NOT NULL REFERENCES policies,
	version int NOT NULL CHECK (version > 0),
	yaml text NOT NULL,
	sha256 bytea NOT NULL,
	author text NOT NULL,
	summary text NOT NULL,
	origin text NOT NULL CHECK (origin IN ('generated', 'created', 'edited', 'restored')),
	restored_from int,
	evidence jsonb, -- of a generated version: selection, options, counts, rules
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (policy_id, version)
);
CREATE INDEX ON policy_versions (created_at);

CREATE FUNCTION policy_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'a policy version is never changed or deleted';
END $$;
CREATE TRIGGER policy_versions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_versions
	FOR EACH STATEMENT EXECUTE FUNCTION policy_version_stays();

-- Who changed what; written in the transaction of the change.
CREATE TABLE audit (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	actor text NOT NULL,
	request_id text NOT NULL,
	action text NOT NULL, -- 'policy.update'
	object text NOT NULL,
	detail jsonb NOT NULL
);
CREATE INDEX ON audit (at);

-- migrate:down
-- Forward only: a backup is the way back.
