-- The ids of the L7 facts with the canonical texts $2 of the connections $1, in that order.
SELECT f.id
FROM unnest($1::int[], $2::text[]) WITH ORDINALITY AS g (connection_id, text, n)
JOIN connection_facts f ON f.connection_id = g.connection_id AND f.key = md5(g.text)::uuid
ORDER BY g.n;
