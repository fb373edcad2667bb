-- Numbers $2 of the identities $1.
INSERT INTO identity_numbers (identity_id, number)
SELECT g.id, g.number FROM unnest($1::int[], $2::bigint[]) AS g (id, number)
WHERE NOT EXISTS (
	SELECT FROM identity_numbers n WHERE n.identity_id = g.id AND n.number = g.number)
ORDER BY 1, 2
ON CONFLICT DO NOTHING;
