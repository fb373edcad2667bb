-- A load begins: $1 id (null: a new one), $2 name, $3 author, $4 cluster, $5 is it a stream? An id may be
-- used again after its load failed; no row: it is taken. The row: its id, and the key of bodies' hashes in
-- hexadecimal.
INSERT INTO imports (id, state, name, author, cluster, stream)
VALUES (coalesce($1::uuid, gen_random_uuid()), 'running', $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET state = 'running', name = excluded.name, author = excluded.author,
	cluster = excluded.cluster, stream = excluded.stream, failure = '', finished_at = NULL,
	started_at = excluded.started_at, updated_at = excluded.updated_at
	WHERE imports.state = 'failed'
RETURNING id::text, (SELECT encode(body_key, 'hex') FROM instance);
