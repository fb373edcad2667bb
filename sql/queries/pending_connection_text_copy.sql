-- Names and nodes to be added to connections.
COPY pending_connection_texts (connection_id, names, nodes, l7_capped) FROM STDIN (FORMAT binary);
