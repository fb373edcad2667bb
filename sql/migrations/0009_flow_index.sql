-- migrate:up

-- Gives the first day before `until` that has none an index by connection, and returns its partition; null:
-- they all have one. A page of a rare connection would read whole days without it. It is made when a day is over,
-- because it would halve the speed of imports, and is smaller then. Whoever stores flows of that day waits.
CREATE FUNCTION flows_index_day(until date) RETURNS text LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	part text;
BEGIN
	SELECT c.relname INTO part FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
	WHERE i.inhparent = 'flows'::regclass AND to_date(right(c.relname, 8), 'YYYYMMDD') < until
		AND to_regclass(quote_ident(c.relname || '_connection')) IS NULL
	ORDER BY 1 DESC
	LIMIT 1;
	IF part IS NOT NULL THEN
		EXECUTE format('CREATE INDEX %I ON %I (connection_id, time, id)', part || '_connection',
			part);
	END IF;
	RETURN part;
END $$;
REVOKE EXECUTE ON FUNCTION flows_index_day FROM PUBLIC;
GRANT EXECUTE ON FUNCTION flows_index_day TO cpa_app;

-- migrate:down
-- Forward only: a backup is the way back.
