-- migrate:up

-- The day of a partition; null: the name is another table's. A query may look at that before it has looked whose
-- partition the table is, and must not fail then.
CREATE FUNCTION flows_day(part name) RETURNS date LANGUAGE sql IMMUTABLE
RETURN CASE WHEN part ~ '_p[0-9]{8}$' THEN to_date(right(part, 8), 'YYYYMMDD') END;

CREATE OR REPLACE FUNCTION flows_drop_days(until date) RETURNS int LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
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

CREATE OR REPLACE FUNCTION flows_index_day(until date) RETURNS text LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
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

-- migrate:down
-- Forward only: a backup is the way back.
