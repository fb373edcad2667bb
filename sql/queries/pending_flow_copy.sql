-- Flows of which some are stored already or come twice.
COPY pending_flows (time, id, facts, connection_id, source_endpoint, destination_endpoint, ports,
	weight, node_id) FROM STDIN (FORMAT binary);
