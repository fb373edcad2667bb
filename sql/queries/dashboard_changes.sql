-- The newest versions of policies, at most $1, within the limits $2.
SELECT v.policy_id::text AS policy_id, p.name AS policy_name, v.version, v.author, v.created_at,
	v.summary AS change_summary, v.origin, v.restored_from, encode(v.sha256, 'hex') AS sha256
FROM policy_versions v
JOIN policies p ON p.id = v.policy_id
WHERE policy_in_limits(p.namespace, $2::text[])
ORDER BY v.created_at DESC, v.policy_id DESC, v.version DESC
LIMIT $1::int;
