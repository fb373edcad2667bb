-- Days of made-up traffic, from the day :first on, :days of them with :per_day flows each: 1,000 pods of 250 workloads in
-- 25 namespaces, 2,000 connections of which few are busy and many rare. Counts are those of the flows.
\set ON_ERROR_STOP 1
SET synchronous_commit = off;

INSERT INTO identities (key, class, cluster, namespace, labels, number, pod, address, workload, workload_kind)
SELECT md5('identity ' || n)::uuid, 1, 'default', 'ns-' || n % 25,
	ARRAY['k8s:app=app-' || n, 'k8s:io.kubernetes.pod.namespace=ns-' || n % 25, 'k8s:tier=' || n % 3], 0, '', '',
	'app-' || n, 'Deployment'
FROM generate_series(1, 250) n
ON CONFLICT DO NOTHING;
INSERT INTO endpoints (identity_id, pod, workload, workload_kind)
SELECT i.id, i.workload || '-' || n, i.workload, 'Deployment' FROM identities i, generate_series(0, 3) n
ON CONFLICT DO NOTHING;
INSERT INTO nodes (name) SELECT 'node-' || n FROM generate_series(1, 20) n ON CONFLICT DO NOTHING;

CREATE TEMP TABLE pods AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM identities;
INSERT INTO connections (client_id, server_id, protocol, port, client_port, icmp_type, standing)
SELECT a.id, b.id, 1, 8000 + n % 40, 0, -1, 1
FROM generate_series(1, 2000) n
JOIN pods a ON a.place = n % 250
JOIN pods b ON b.place = (n * 7 + n / 250) % 250
ON CONFLICT DO NOTHING;
CREATE TEMP TABLE numbered AS SELECT id, client_id, server_id, port, row_number() OVER (ORDER BY id) AS place
FROM connections;
CREATE UNIQUE INDEX ON numbered (place);

SELECT flows_add_days(ARRAY(SELECT :'first'::date + n FROM generate_series(0, :days - 1) n));
-- A flow every so often; its connection by the fourth power of a random number, so that a few hundred have most.
-- Facts: verdict FORWARDED (1) or, for 3 %, DROPPED (2); direction EGRESS (2 << 3).
INSERT INTO flows (time, id, facts, connection_id, source_endpoint, destination_endpoint, ports, weight, node_id)
SELECT time, hashint8extended(extract(epoch FROM time)::bigint, n), CASE WHEN n % 33 = 0 THEN 18 ELSE 17 END, c.id, 0, 0,
	(40000 + n % 20000 - 65536) << 16 | c.port, 1, 1 + n % 20
FROM (
	SELECT d, n, :'first'::timestamptz + d * interval '1 day' + n * (interval '1 day' / :per_day) AS time,
		1 + (1999 * random() ^ 4)::int AS place
	FROM generate_series(0, :days - 1) d, generate_series(0, :per_day - 1) n
) AS made
JOIN numbered c ON c.place = made.place;

DELETE FROM connection_hours;
INSERT INTO connection_hours (connection_id, hour, verdict, flows, events)
SELECT connection_id, date_trunc('hour', time), facts & 7, count(*), count(*) FROM flows GROUP BY 1, 2, 3;
UPDATE connections c SET flows = s.flows, events = s.flows, first_seen = s.first_seen, last_seen = s.last_seen,
	outcomes = ARRAY[0, s.flows, 0, 0, 0, 0, 0, 0, 0, s.flows, 0, 0, 0, 0, 0, 0]
FROM (SELECT connection_id, count(*) AS flows, min(time) AS first_seen, max(time) AS last_seen FROM flows GROUP BY 1) s
WHERE s.connection_id = c.id;
VACUUM ANALYZE;
