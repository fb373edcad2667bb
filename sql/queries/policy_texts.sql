-- The current texts of the policies with these ids, in their order; null: of all, by name. As far
-- as the limits $2 let them be seen.
SELECT p.policy_id, p.policy_name, p.namespace, p.kind, p.yaml_content, p.version, p.sha256
FROM policy_current p
LEFT JOIN unnest($1::int[]) WITH ORDINALITY AS wanted (id, place) ON wanted.id = p.id
WHERE CASE WHEN $1::int[] IS NULL THEN p.deleted_at IS NULL ELSE wanted.id IS NOT NULL END
	AND policy_in_limits(p.namespace, $2::text[])
ORDER BY wanted.place, p.namespace, p.policy_name, p.id;
