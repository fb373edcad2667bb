-- Stores the pending flows that are new and says which those were: microseconds since 1970, and id.
-- The rows returned are the count; a command tag would not be, were the table distributed.
INSERT INTO flows (time, id, facts, connection_id, source_endpoint, destination_endpoint, ports,
	weight, node_id)
SELECT time, id, facts, connection_id, source_endpoint, destination_endpoint, ports, weight, node_id
FROM pending_flows
ORDER BY time, id
ON CONFLICT (time, id) DO NOTHING
RETURNING (extract(epoch FROM time) * 1000000)::bigint, id;
