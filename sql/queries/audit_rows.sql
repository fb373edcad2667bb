-- What the hashes are made of: at most $2 rows after the row $1, oldest first. The content, a column
-- each, in the order of audit_content(), which made the hashes.
SELECT encode(a.previous, 'hex') AS previous, encode(a.hash, 'hex') AS hash, a.id,
	(extract(epoch FROM a.at) * 1000000)::bigint, a.actor, a.role, a.auth, a.token, a.address,
	a.request_id, a.trace_id, a.action, a.object, a.name, a.before_version, a.before_sha256,
	a.after_version, a.after_sha256, a.outcome, a.reason, a.detail
FROM audit a
WHERE a.id > $1::bigint
ORDER BY a.id
LIMIT $2::int;
