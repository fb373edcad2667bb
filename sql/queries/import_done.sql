-- The end of a load that is kept: as import_progress, then $10 sha256 in hexadecimal (null: not to
-- be known again), $11 earliest and $12 latest flow. In the transaction of its flows; a body that
-- another load stored meanwhile shows as a conflict.
UPDATE imports SET bytes = $2, received = $3, accepted = $4, duplicates = $5, ignored = $6,
	rejected = $7, lost_events = $8, errors = $9, sha256 = decode($10, 'hex'),
	first_flow = $11::timestamptz, last_flow = $12::timestamptz, state = 'done',
	updated_at = clock_timestamp(), finished_at = clock_timestamp()
WHERE id = $1::uuid;
