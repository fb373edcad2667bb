-- How far it is: $1 id, $2 bytes, $3 received, $4 accepted, $5 duplicates, $6 ignored, $7 rejected,
-- $8 lost events, $9 errors, $10 earliest and $11 latest flow. Of a stream, in the transaction of the
-- flows that it counts.
UPDATE imports SET bytes = $2, received = $3, accepted = $4, duplicates = $5, ignored = $6,
	rejected = $7, lost_events = $8, errors = $9, first_flow = $10::timestamptz,
	last_flow = $11::timestamptz, updated_at = clock_timestamp()
WHERE id = $1::uuid AND state = 'running';
