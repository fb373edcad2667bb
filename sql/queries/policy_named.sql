-- The policy that has a name now: $1 namespace, $2 name, $3 kind.
SELECT id::text AS policy_id, version FROM policies
WHERE namespace = $1 AND name = $2 AND kind = $3 AND deleted_at IS NULL;
