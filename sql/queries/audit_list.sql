-- The audit, newest first: at most $1 rows before the row $2 (null: the first page). $3 actors, $4 actions
-- or what they begin with before a dot, $5 tokens, $6 objects, $7 part of the name, $8 from, $9 to (each
-- null: all).
SELECT id::text AS audit_id, at, actor, role, auth, token, address, request_id, trace_id, action, object,
	name, before_version, before_sha256, after_version, after_sha256, outcome, reason, detail,
	encode(hash, 'hex') AS hash
FROM audit
WHERE ($2::bigint IS NULL OR id < $2::bigint)
	AND ($3::text[] IS NULL OR actor = ANY ($3))
	AND ($4::text[] IS NULL OR action = ANY ($4) OR split_part(action, '.', 1) = ANY ($4))
	AND ($5::text[] IS NULL OR token = ANY ($5))
	AND ($6::text[] IS NULL OR object = ANY ($6))
	AND ($7::text IS NULL OR strpos(lower(name), lower($7)) > 0)
	AND ($8::timestamptz IS NULL OR at >= $8::timestamptz)
	AND ($9::timestamptz IS NULL OR at < $9::timestamptz)
ORDER BY id DESC
LIMIT $1::int;
