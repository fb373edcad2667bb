-- Hides the policy $1 if $2 is its current version; the versions stay.
UPDATE policies SET deleted_at = clock_timestamp(), updated_at = clock_timestamp()
WHERE id = $1::int AND version = $2::int AND deleted_at IS NULL
RETURNING id;
