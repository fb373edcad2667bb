-- migrate:up

-- Workers and maintenance connect as cpa_app, who changes rows and nothing else: history and the audit
-- can only be added to, and days of flows are made and dropped by functions of the owner's. The owner,
-- who runs the migrations, may be without the right to make roles: then cpa_app must be there before,
-- with the settings below.
DO $$
BEGIN
	IF to_regrole('cpa_app') IS NULL THEN
		CREATE ROLE cpa_app LOGIN;
	END IF;
	IF (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) THEN
		-- Less than nginx waits; sql/queries/bulk_limits.sql gives more to what works in bulk.
		ALTER ROLE cpa_app SET statement_timeout = '30s';
		ALTER ROLE cpa_app SET lock_timeout = '5s';
		ALTER ROLE cpa_app SET idle_in_transaction_session_timeout = '30s';
	END IF;
	EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO cpa_app', current_database());
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO cpa_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO cpa_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO cpa_app;
-- Also of tables to come; a migration takes away what is too much, and tests/sql lists who may what.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cpa_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO cpa_app;

REVOKE INSERT, UPDATE, DELETE ON schema_migrations, import_report, policy_current FROM cpa_app;
REVOKE UPDATE, DELETE ON audit, policy_versions FROM cpa_app;
REVOKE DELETE ON policies, tokens FROM cpa_app;
REVOKE INSERT, DELETE ON instance FROM cpa_app;

ALTER FUNCTION flows_add_days SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION flows_drop_days SECURITY DEFINER SET search_path = public, pg_temp;
REVOKE EXECUTE ON FUNCTION flows_add_days, flows_drop_days FROM PUBLIC;
GRANT EXECUTE ON FUNCTION flows_add_days, flows_drop_days TO cpa_app;

-- migrate:down
-- Forward only: a backup is the way back.
