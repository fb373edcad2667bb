-- The end of a load of which nothing is kept: $1 id, $2 why, $3 bytes read.
UPDATE imports SET state = 'failed', failure = $2, bytes = $3, accepted = 0, duplicates = 0,
	updated_at = clock_timestamp(), finished_at = clock_timestamp()
WHERE id = $1::uuid AND state = 'running';
