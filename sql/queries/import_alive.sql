-- The stream $1 is silent, but there.
UPDATE imports SET updated_at = clock_timestamp() WHERE id = $1::uuid AND state = 'running';
