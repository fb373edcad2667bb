-- The totals of the dashboard; columns are named as the API's.
SELECT
	(SELECT coalesce(sum(flows), 0)::bigint FROM connections) AS flows,
	(SELECT coalesce(sum(events), 0)::bigint FROM connections) AS events,
	(SELECT count(*) FROM connections WHERE events > 0) AS connections,
	(SELECT count(*) FROM policies WHERE deleted_at IS NULL) AS policies,
	(SELECT count(*) FROM policy_versions) AS versions,
	(SELECT count(*) FROM imports WHERE state IN ('done', 'cut')) AS imports,
	(SELECT coalesce(sum(lost_events), 0)::bigint FROM imports WHERE state = 'done' OR stream) AS lost_events;
