-- The ids of the names $1, in their order; 0 for those that do not fit.
SELECT CASE WHEN t.id <= 4095 THEN t.id ELSE 0 END
FROM unnest($1::text[]) WITH ORDINALITY AS g (name, n)
LEFT JOIN drop_reasons t ON md5(t.name) = md5(g.name)
ORDER BY g.n;
