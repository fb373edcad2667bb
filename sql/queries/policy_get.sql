-- One policy with its current text, a deleted one too.
SELECT policy_id, policy_name, namespace, kind, version, origin, created_at, updated_at, deleted_at,
	created_by, updated_by, change_summary, sha256, yaml_content, evidence
FROM policy_current
WHERE id = $1::int;
