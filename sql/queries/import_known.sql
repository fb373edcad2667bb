-- The load that stored the body with the hash $1 (hexadecimal).
SELECT id FROM imports WHERE body_hash = decode($1, 'hex');
