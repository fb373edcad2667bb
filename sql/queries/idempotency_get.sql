-- What the key $3 of the caller $1 on the route $2 stands for.
SELECT request_sha256, status, headers, answer
FROM idempotency_keys
WHERE caller = $1 AND route = $2 AND key = $3;
