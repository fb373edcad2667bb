-- The time of the latest flow that was imported for each cluster, in seconds since 1970.
SELECT cluster, extract(epoch FROM max(last_flow))::bigint FROM imports
WHERE state = 'done' AND last_flow IS NOT NULL GROUP BY cluster ORDER BY cluster;
