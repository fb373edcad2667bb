-- The identities with the ids $1.
SELECT id, class, cluster, namespace, array_to_json(labels) AS labels, number, pod, address
FROM identities
WHERE id = ANY ($1::int[])
ORDER BY id;
