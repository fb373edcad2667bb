-- The ids of the names $1, in their order.
SELECT t.id
FROM unnest($1::text[]) WITH ORDINALITY AS g (name, n)
JOIN nodes t ON md5(t.name) = md5(g.name)
ORDER BY g.n;
