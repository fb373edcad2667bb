-- A new policy with its first version; no row when the name is taken. $1 name, $2 namespace, $3 kind,
-- $4 yaml, $5 author, $6 summary, $7 origin, $8 evidence.
WITH added AS (
	INSERT INTO policies (name, namespace, kind, version) VALUES ($1, $2, $3, 1)
	ON CONFLICT DO NOTHING
	RETURNING id
)
INSERT INTO policy_versions (policy_id, version, yaml, sha256, author, summary, origin, evidence)
SELECT id, 1, $4::text, sha256(convert_to($4::text, 'UTF8')), $5, $6, $7, $8::jsonb
FROM added
RETURNING policy_id::text, version, encode(sha256, 'hex');
