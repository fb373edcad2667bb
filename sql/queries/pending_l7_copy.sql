-- The L7 part of pending flows.
COPY pending_l7 (time, id, fact_id, weight, code, method, host, path, name) FROM STDIN (FORMAT binary);
