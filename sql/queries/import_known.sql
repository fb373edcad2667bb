-- The load that stored the body with the sha256 $1 (hexadecimal).
SELECT id FROM imports WHERE sha256 = decode($1, 'hex');
