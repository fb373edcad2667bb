-- Versions of the policy $1, newest first: at most $2, those before $3 (null: the first page), if the
-- limits $4 let it be seen.
SELECT v.policy_id::text AS policy_id, p.name AS policy_name, v.version, v.author, v.created_at,
	v.summary AS change_summary, v.origin, v.restored_from, encode(v.sha256, 'hex') AS sha256
FROM policy_versions v
JOIN policies p ON p.id = v.policy_id
WHERE v.policy_id = $1::int AND ($3::bigint IS NULL OR v.version < $3::bigint)
	AND policy_in_limits(p.namespace, $4::text[])
ORDER BY v.version DESC
LIMIT $2::int;
