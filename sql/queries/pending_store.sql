-- Stores and counts the pending flows that are new, and empties their tables. $1: the bits of facts that
-- are counted apart (store/facts.h). One row: how many were stored, the first and the last of them
-- (microseconds since 1970).
SELECT stored, (extract(epoch FROM first_flow) * 1000000)::bigint,
	(extract(epoch FROM last_flow) * 1000000)::bigint
FROM pending_store($1::bigint);
