-- One policy with its current text, a deleted one too, if the limits $2 let it be seen.
SELECT policy_id, policy_name, namespace, kind, version, origin, created_at, updated_at, deleted_at,
	created_by, updated_by, change_summary, sha256, yaml_content, evidence
FROM policy_current
WHERE id = $1::int AND policy_in_limits(namespace, $2::text[]);
