-- The totals of the dashboard within the limits $1, $2 the viewer; columns are named as the API's.
WITH seen AS (
	SELECT flows, events FROM connections
	WHERE $1::text[] IS NULL OR id IN (SELECT connections_in_limits($1))
)
SELECT
	(SELECT coalesce(sum(flows), 0)::bigint FROM seen) AS flows,
	(SELECT coalesce(sum(events), 0)::bigint FROM seen) AS events,
	(SELECT count(*) FROM seen WHERE events > 0) AS connections,
	(SELECT count(*) FROM policies WHERE deleted_at IS NULL AND policy_in_limits(namespace, $1)) AS policies,
	(SELECT count(*) FROM policy_versions v JOIN policies p ON p.id = v.policy_id
		WHERE policy_in_limits(p.namespace, $1)) AS versions,
	(SELECT count(*) FROM imports
		WHERE state IN ('done', 'cut') AND ($1 IS NULL OR author = $2)) AS imports,
	(SELECT coalesce(sum(lost_events), 0)::bigint FROM imports
		WHERE (state = 'done' OR stream) AND ($1 IS NULL OR author = $2)) AS lost_events;
