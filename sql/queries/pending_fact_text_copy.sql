-- Examples and addresses to be added to L7 facts.
COPY pending_fact_texts (fact_id, example, addresses) FROM STDIN (FORMAT binary);
