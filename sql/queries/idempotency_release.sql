-- Gives up the claim $4 on the key $3 of the caller $1 on the route $2, unless its answer is kept.
DELETE FROM idempotency_keys
WHERE caller = $1 AND route = $2 AND key = $3 AND attempt = $4::uuid AND status IS NULL;
