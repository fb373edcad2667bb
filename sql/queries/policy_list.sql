-- Policies, last changed first: at most $1, those before the time $2 (microseconds) and id $3 (both
-- null: the first page). $4 part of the name, $5 namespaces (each null: all), $6 the deleted ones, $7 limits of what
-- may be seen.
SELECT policy_id, policy_name, namespace, kind, version, origin, created_at, updated_at, deleted_at,
	created_by, updated_by, change_summary, sha256,
	(extract(epoch FROM updated_at) * 1000000)::bigint AS updated_us
FROM policy_current
WHERE (deleted_at IS NOT NULL) = $6::bool
	AND ($4::text IS NULL OR strpos(lower(policy_name), lower($4::text)) > 0)
	AND ($5::text[] IS NULL OR namespace = ANY ($5))
	AND policy_in_limits(namespace, $7::text[])
	AND ($2::bigint IS NULL
		OR ((extract(epoch FROM updated_at) * 1000000)::bigint, id) < ($2::bigint, $3::bigint))
ORDER BY updated_at DESC, id DESC
LIMIT $1::int;
