-- The ids of identities, in the order of their canonical texts $1.
SELECT i.id
FROM unnest($1::text[]) WITH ORDINALITY AS g (text, n)
JOIN identities i ON i.key = md5(g.text)::uuid
ORDER BY g.n;
