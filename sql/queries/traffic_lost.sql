-- Events lost while the connections of the clusters $1 were recorded, as their loads told.
SELECT coalesce(sum(i.lost_events), 0)::bigint
FROM imports i, (
	SELECT min(c.first_seen) AS first_seen, max(c.last_seen) AS last_seen FROM connections c
	JOIN identities a ON a.id = c.client_id
	JOIN identities b ON b.id = c.server_id
	WHERE c.events > 0 AND (a.cluster = ANY ($1::text[]) OR b.cluster = ANY ($1::text[]))
) seen
WHERE (i.state = 'done' OR i.stream) AND i.last_flow >= seen.first_seen AND i.first_flow <= seen.last_seen;
