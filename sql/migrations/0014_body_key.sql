-- migrate:up

-- Bodies are known by a hash with a key, which costs a tenth of SHA-256. The key keeps anybody from making a
-- body that counts as somebody else's; it is made here and never leaves the database and its workers.
ALTER TABLE instance ADD COLUMN body_key bytea NOT NULL DEFAULT
	(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
	|| sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
	|| sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
	|| sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
	|| sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
	|| sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))
	CHECK (octet_length(body_key) = 192);

UPDATE imports SET sha256 = NULL WHERE sha256 IS NOT NULL;
ALTER TABLE imports RENAME COLUMN sha256 TO body_hash;
ALTER TABLE imports RENAME CONSTRAINT imports_sha256_key TO imports_body_hash_key;

CREATE OR REPLACE FUNCTION flows_drop_days(until date) RETURNS int LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
		UPDATE imports SET body_hash = NULL WHERE body_hash IS NOT NULL;
	END IF;
	RETURN dropped;
END $$;

-- migrate:down
-- Forward only: a backup is the way back.
