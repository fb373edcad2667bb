-- Counts of L7 facts to be added.
COPY pending_facts (fact_id, events, first_seen, last_seen) FROM STDIN (FORMAT binary);
