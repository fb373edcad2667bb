-- Adds the names $1 that are missing.
INSERT INTO nodes (name)
SELECT g.name FROM unnest($1::text[]) AS g (name)
WHERE NOT EXISTS (SELECT FROM nodes t WHERE md5(t.name) = md5(g.name))
ORDER BY md5(g.name)
ON CONFLICT (md5(name)) DO NOTHING;
