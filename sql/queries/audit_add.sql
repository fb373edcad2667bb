-- A row of the audit, in the transaction of the change and as its last statement: $1 actor, $2 role,
-- $3 how they were known, $4 token, $5 address, $6 request id, $7 trace id, $8 action, $9 object, $10 its
-- name, $11 version and $12 sha256 before, $13 version and $14 sha256 after, $15 outcome, $16 reason,
-- $17 details.
INSERT INTO audit (actor, role, auth, token, address, request_id, trace_id, action, object, name,
	before_version, before_sha256, after_version, after_sha256, outcome, reason, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::int, $12, $13::int, $14, $15, $16, $17::jsonb);
