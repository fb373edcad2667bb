-- Locks the connections that have something pending. Everybody who changes what belongs to a
-- connection locks it first, and in this order: so nobody ever waits in a circle.
SELECT count(*) FROM (
	SELECT c.id FROM connections c
	WHERE c.id IN (
		SELECT connection_id FROM pending_counts
		UNION SELECT connection_id FROM pending_connection_texts)
	ORDER BY c.id FOR UPDATE
) AS locked;
