-- The ids of L7 facts, in the order of the arrays; those that are missing are added, without events.
-- $1 connections, $2 canonical texts, $3 kinds, $4 sides, $5 denied, $6 methods, $7 hosts, $8 paths, $9 examples,
-- $10 names. An id is null as in connection_add.
WITH known AS MATERIALIZED (
	SELECT g.*, f.id
	FROM (
		SELECT md5(text)::uuid AS key, *
		FROM unnest($1::int[], $2::text[], $3::int[], $4::int[], $5::bool[], $6::text[], $7::text[],
				$8::text[], $9::text[], $10::text[]) WITH ORDINALITY
			AS g (connection_id, text, kind, side, denied, method, host, path, example, name, n)
	) AS g
	LEFT JOIN connection_facts f ON f.connection_id = g.connection_id AND f.key = g.key
), added AS (
	INSERT INTO connection_facts
		(connection_id, key, kind, side, denied, method, host, path, example, name)
	SELECT connection_id, key, kind, side, denied, method, host, path, example, name
	FROM known WHERE id IS NULL
	ORDER BY connection_id, key
	ON CONFLICT (connection_id, key) DO NOTHING
	RETURNING id, connection_id, key
)
SELECT coalesce(k.id, a.id)
FROM known k
LEFT JOIN added a ON a.connection_id = k.connection_id AND a.key = k.key
ORDER BY k.n;
