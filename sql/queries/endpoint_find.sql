-- The ids of endpoints, in the order of the identities $1 and pods $2.
SELECT e.id
FROM unnest($1::int[], $2::text[]) WITH ORDINALITY AS g (identity_id, pod, n)
JOIN endpoints e ON e.identity_id = g.identity_id AND md5(e.pod) = md5(g.pod)
ORDER BY g.n;
