-- The user $1 has the role $2 now, and so have the tokens in their name.
UPDATE tokens SET owner_role = $2
WHERE owner = $1 AND kind = 'user' AND coalesce(owner_role, role) <> $2;
