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
-- flows_drop_days, which makes them unknown, is replaced in 0020.

-- migrate:down
-- Forward only: a backup is the way back.
