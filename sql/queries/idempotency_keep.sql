-- Keeps the answer under a claimed key, in the transaction of the change: $1 caller, $2 route, $3 key, $4 the
-- claim's id, $5 status, $6 headers, $7 answer. No row: the claim was lost.
UPDATE idempotency_keys SET status = $5::int, headers = $6::jsonb, answer = $7
WHERE caller = $1 AND route = $2 AND key = $3 AND attempt = $4::uuid AND status IS NULL
RETURNING 1;
