-- The numbers under which the identities with the ids $1 were reported.
SELECT identity_id, number
FROM identity_numbers
WHERE identity_id = ANY ($1::int[])
ORDER BY identity_id, number;
