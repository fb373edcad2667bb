-- The token $1 has the successor $2, and holds for $3 seconds more at most.
UPDATE tokens
SET rotated_to = $2,
	expires_at = least(expires_at, clock_timestamp() + $3::int * interval '1 second')
WHERE id = $1;
