-- A new token: $1 id, $2 kind, $3 SHA-256 of its secret (hexadecimal), $4 name, $5 owner, $6 role, $7 scopes,
-- $8 limits (null: none), $9 seconds that it holds.
INSERT INTO tokens (id, kind, sha256, name, owner, role, scopes, limits, expires_at)
VALUES ($1, $2, decode($3, 'hex'), $4, $5, $6, $7::text[], $8::text[],
	clock_timestamp() + $9::int * interval '1 second');
