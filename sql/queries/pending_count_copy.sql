-- Counts to be added, by connection, hour and what is counted apart (store/facts.h).
COPY pending_counts (connection_id, hour, facts, flows, events, first_seen, last_seen)
FROM STDIN (FORMAT binary);
