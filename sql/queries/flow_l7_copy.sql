-- Stores the L7 part of flows that were stored just before.
COPY flow_l7 (time, id, fact_id, weight, code, method, host, path, name) FROM STDIN (FORMAT binary);
