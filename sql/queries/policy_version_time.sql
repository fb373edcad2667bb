-- When the version $2 of the policy $1 was made, in microseconds.
SELECT (extract(epoch FROM created_at) * 1000000)::bigint
FROM policy_versions
WHERE policy_id = $1::int AND version = $2::int;
