-- Notes that the token $1 was used from the address $2, at most once a minute.
UPDATE tokens SET last_used_at = clock_timestamp(), last_used_address = $2
WHERE id = $1
	AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute');
