-- The pods of the identities with the ids $1.
SELECT identity_id, pod, workload, workload_kind
FROM endpoints
WHERE identity_id = ANY ($1::int[])
ORDER BY id;
