-- All that was ever imported, for the metrics; "ignored" of an import counts by kind.
SELECT coalesce(sum(accepted), 0)::bigint AS accepted, coalesce(sum(duplicates), 0)::bigint AS duplicate,
	coalesce(sum(of_kind), 0)::bigint AS ignored, coalesce(sum(rejected), 0)::bigint AS rejected,
	coalesce(sum(lost_events), 0)::bigint AS lost
FROM imports, LATERAL (SELECT sum(value::bigint) AS of_kind FROM jsonb_each_text(ignored)) i
WHERE state = 'done';
