-- Adds the L7 facts that are missing, without events: $1 connections, $2 canonical texts, $3 kinds,
-- $4 sides, $5 denied, $6 methods, $7 hosts, $8 paths, $9 examples, $10 names.
INSERT INTO connection_facts
	(connection_id, key, kind, side, denied, method, host, path, example, name)
SELECT g.connection_id, md5(g.text)::uuid, g.kind, g.side, g.denied, g.method, g.host, g.path,
	g.example, g.name
FROM unnest($1::int[], $2::text[], $3::int[], $4::int[], $5::bool[], $6::text[], $7::text[],
		$8::text[], $9::text[], $10::text[])
	AS g (connection_id, text, kind, side, denied, method, host, path, example, name)
WHERE NOT EXISTS (
	SELECT FROM connection_facts f
	WHERE f.connection_id = g.connection_id AND f.key = md5(g.text)::uuid)
ORDER BY 1, 2
ON CONFLICT (connection_id, key) DO NOTHING;
