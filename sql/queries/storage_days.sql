-- The days that hold flows, newest first, and what they take on the disk, indexes included.
SELECT flows_day(c.relname)::text AS day,
	sum(pg_total_relation_size(c.oid))::bigint AS bytes
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent IN ('flows'::regclass, 'flow_l7'::regclass)
GROUP BY 1
HAVING sum(pg_relation_size(c.oid)) > 0
ORDER BY 1 DESC;
