-- The version $2 of the policy $1, if the limits $3 let it be seen.
SELECT v.policy_id::text AS policy_id, p.name AS policy_name, v.version, v.author, v.created_at,
	v.summary AS change_summary, v.origin, v.restored_from, encode(v.sha256, 'hex') AS sha256,
	v.yaml AS yaml_content, v.evidence
FROM policy_versions v
JOIN policies p ON p.id = v.policy_id
WHERE v.policy_id = $1::int AND v.version = $2::int
	AND policy_in_limits(p.namespace, $3::text[]);
