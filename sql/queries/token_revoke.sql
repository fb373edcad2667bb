-- The token $1 holds no more; $2 says so.
UPDATE tokens SET revoked_at = clock_timestamp(), revoked_by = $2 WHERE id = $1;
