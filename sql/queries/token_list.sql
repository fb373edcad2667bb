-- Tokens, newest first: at most $1, those made before the token $2 (null: the first page); of the owner $3
-- (null: of all), or the one with the id $4 (null: any).
SELECT t.id AS token_id, t.kind, t.name, t.owner, t.role, to_jsonb(t.scopes) AS scopes,
	to_jsonb(t.limits) AS limits, t.created_at, t.expires_at,
	CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked'
		WHEN t.expires_at <= clock_timestamp() THEN 'expired' ELSE 'active' END AS state,
	t.revoked_at, t.revoked_by, t.rotated_to, t.last_used_at, t.last_used_address
FROM tokens t
WHERE ($2::text IS NULL OR (t.created_at, t.id) < (SELECT a.created_at, a.id FROM tokens a WHERE a.id = $2))
	AND ($3::text IS NULL OR t.owner = $3)
	AND ($4::text IS NULL OR t.id = $4)
ORDER BY t.created_at DESC, t.id DESC
LIMIT $1::int;
