-- The end of a load that is kept: parameters as in import_progress, then $12 the body's hash in hexadecimal
-- (null: not to be known again). In the transaction of its flows; a body that another load stored
-- meanwhile shows as a conflict.
UPDATE imports SET bytes = $2, received = $3, accepted = $4, duplicates = $5, ignored = $6,
	rejected = $7, lost_events = $8, errors = $9, first_flow = $10::timestamptz,
	last_flow = $11::timestamptz, body_hash = decode($12, 'hex'), state = 'done',
	updated_at = clock_timestamp(), finished_at = clock_timestamp()
WHERE id = $1::uuid;
