-- The token with the public id $1, as a request needs it.
SELECT encode(sha256, 'hex') AS sha256, kind, name, owner, role,
	coalesce(owner_role, role) AS owner_role, array_to_string(scopes, ' ') AS scopes,
	limits IS NOT NULL AS limited, array_to_string(limits, ' ') AS limits,
	revoked_at IS NOT NULL AS revoked, expires_at <= clock_timestamp() AS expired,
	last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute' AS use_is_news
FROM tokens
WHERE id = $1;
