-- Adds the names $1 that are missing, while their numbers fit into flows.facts (12 bits).
INSERT INTO drop_reasons (name)
SELECT g.name FROM unnest($1::text[]) AS g (name)
WHERE NOT EXISTS (SELECT FROM drop_reasons t WHERE md5(t.name) = md5(g.name))
	AND NOT EXISTS (SELECT FROM drop_reasons t WHERE t.id >= 4095)
ORDER BY md5(g.name)
ON CONFLICT (md5(name)) DO NOTHING;
