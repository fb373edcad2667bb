-- Deletes the flow with the time $1 and the id $2. Returns what flow_delete returns.
DELETE FROM flows f WHERE f.time = $1::timestamptz AND f.id = $2::bigint
RETURNING f.connection_id, (extract(epoch FROM f.time) * 1000000)::bigint, f.facts, f.weight;
