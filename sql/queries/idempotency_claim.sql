-- Claims the key $3 of the caller $1 on the route $2 for a request with the hash $4. The row is the claim's
-- id; no row: the key is taken. One of yesterday is free again, and so is one whose request has said
-- nothing for longer than any takes.
INSERT INTO idempotency_keys AS k (caller, route, key, request_sha256, attempt)
VALUES ($1, $2, $3, $4, gen_random_uuid())
ON CONFLICT (caller, route, key) DO UPDATE
SET request_sha256 = excluded.request_sha256, attempt = excluded.attempt,
	started_at = excluded.started_at, status = NULL, headers = NULL, answer = NULL
WHERE k.started_at < clock_timestamp() - interval '24 hours'
	OR k.status IS NULL AND k.started_at < clock_timestamp() - interval '2 minutes'
RETURNING attempt::text;
