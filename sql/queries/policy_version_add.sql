-- The next version of the policy $1, made from its version $2; no row when that is not the current
-- one any more, or the policy was deleted and this is not its restoring. $3 yaml, $4 author,
-- $5 summary, $6 origin, $7 the version restored, $8 evidence.
WITH moved AS (
	UPDATE policies
	SET version = version + 1, updated_at = clock_timestamp(), deleted_at = NULL
	WHERE id = $1::int AND version = $2::int AND (deleted_at IS NULL OR $6::text = 'restored')
	RETURNING id, version
)
INSERT INTO policy_versions
	(policy_id, version, yaml, sha256, author, summary, origin, restored_from, evidence)
SELECT id, version, $3::text, sha256(convert_to($3::text, 'UTF8')), $4, $5, $6, $7::int, $8::jsonb
FROM moved
RETURNING policy_id::text, version, encode(sha256, 'hex');
