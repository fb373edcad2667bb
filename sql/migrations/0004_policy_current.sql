-- migrate:up

-- A policy with its current version, in the words of the API.
CREATE VIEW policy_current AS
SELECT p.id, p.id::text AS policy_id, p.name AS policy_name, p.namespace, p.kind, p.version,
	v.origin, p.created_at, p.updated_at, p.deleted_at, f.author AS created_by,
	v.author AS updated_by, v.summary AS change_summary, encode(v.sha256, 'hex') AS sha256,
	v.yaml AS yaml_content, v.evidence
FROM policies p
JOIN policy_versions v ON v.policy_id = p.id AND v.version = p.version
JOIN policy_versions f ON f.policy_id = p.id AND f.version = 1;

-- migrate:down
-- Forward only: a backup is the way back.
