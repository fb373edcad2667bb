-- The token $1 for changing it, if it is of the owner $2 (null: whoever's). The row is locked.
SELECT kind, name, owner, role, array_to_string(scopes, ' ') AS scopes,
	limits IS NOT NULL AS limited, array_to_string(limits, ' ') AS limits,
	revoked_at IS NOT NULL AS revoked, expires_at <= clock_timestamp() AS expired,
	rotated_to, extract(epoch FROM expires_at - created_at)::int AS lifetime_s
FROM tokens
WHERE id = $1 AND ($2::text IS NULL OR owner = $2)
FOR UPDATE;
