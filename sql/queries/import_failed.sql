-- The end of a load that did not come to its end: $1 id, $2 why, $3 bytes read. A stream keeps what was
-- committed; of everything else nothing is kept.
UPDATE imports SET state = CASE WHEN stream AND accepted + duplicates > 0 THEN 'cut' ELSE 'failed' END,
	failure = $2, bytes = $3, accepted = CASE WHEN stream THEN accepted ELSE 0 END,
	duplicates = CASE WHEN stream THEN duplicates ELSE 0 END,
	first_flow = CASE WHEN stream THEN first_flow END,
	last_flow = CASE WHEN stream THEN last_flow END,
	updated_at = clock_timestamp(), finished_at = clock_timestamp()
WHERE id = $1::uuid AND state = 'running';
