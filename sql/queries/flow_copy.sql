-- Stores flows; fails when one is there already.
COPY flows (time, id, facts, connection_id, source_endpoint, destination_endpoint, ports, weight,
	node_id) FROM STDIN (FORMAT binary);
