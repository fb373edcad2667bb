-- Days of made-up traffic, from the day :first on, :days of them with :per_day flows each: 1,000 pods of 250 workloads in
-- 25 namespaces, 2,000 connections of which few are busy and many rare; 3 % of the flows are dropped, and what goes to
-- port 8000 is HTTP. Counts are those of the flows.
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

CREATE TEMP TABLE ends AS
SELECT id, row_number() OVER (ORDER BY id) - 1 AS place,
	ARRAY(SELECT e.id FROM endpoints e WHERE e.identity_id = i.id ORDER BY e.id) AS pods
FROM identities i;
INSERT INTO connections (client_id, server_id, protocol, port, client_port, icmp_type, standing)
SELECT a.id, b.id, 1, 8000 + n % 40, 0, 0, 0
FROM generate_series(1, 2000) n
JOIN ends a ON a.place = n % 250
JOIN ends b ON b.place = (n * 7 + n / 250) % 250
ON CONFLICT DO NOTHING;
INSERT INTO connection_facts (connection_id, key, kind, side, denied, method, host, path, example, name)
SELECT c.id, md5('fact ' || n)::uuid, 1, 1, false, 'GET', 'shop-' || n || '.example', '/items/{int}', '/items/1', ''
FROM connections c, generate_series(0, 4) n
WHERE c.port = 8000
ON CONFLICT DO NOTHING;
CREATE TEMP TABLE numbered AS
SELECT c.id, c.port, a.pods AS clients, b.pods AS servers, row_number() OVER (ORDER BY c.id) AS place,
	ARRAY(SELECT f.id FROM connection_facts f WHERE f.connection_id = c.id ORDER BY f.id) AS facts
FROM connections c
JOIN ends a ON a.id = c.client_id
JOIN ends b ON b.id = c.server_id;
CREATE UNIQUE INDEX ON numbered (place);

SELECT flows_add_days(ARRAY(SELECT :'first'::date + n FROM generate_series(0, :days - 1) n));
-- A flow every so often; its connection by the fourth power of a random number, so that a few hundred have most.
-- Facts (store/facts.h): FORWARDED and ALLOWED on both sides, or DROPPED and DENIED at the server; either direction.
INSERT INTO flows (time, id, facts, connection_id, source_endpoint, destination_endpoint, ports, weight, node_id)
SELECT time, hashint8extended(extract(epoch FROM time)::bigint, n),
	CASE WHEN n % 33 = 0 THEN 2 + (1::bigint << 45) ELSE 1 + (1::bigint << 34) + (1::bigint << 42) END
		+ ((1 + n % 2) << 3)
		+ CASE WHEN c.port = 8000 AND n % 33 > 0 THEN (1::bigint << 29) + (1::bigint << 31) ELSE 0 END,
	c.id, c.clients[1 + n % 4], c.servers[1 + n % 4], (40000 + n % 20000 - 65536) << 16 | c.port, 1, 1 + n % 20
FROM (
	SELECT d, n, :'first'::timestamptz + d * interval '1 day' + n * (interval '1 day' / :per_day) AS time,
		1 + (1999 * random() ^ 4)::int AS place
	FROM generate_series(0, :days - 1) d, generate_series(0, :per_day - 1) n
) AS made
JOIN numbered c ON c.place = made.place;
INSERT INTO flow_l7 (time, id, fact_id, weight, code, method, host, path, name)
SELECT f.time, f.id, c.facts[1 + abs(f.id % 5)], 1, 200, 'GET', 'shop-' || abs(f.id % 5) || '.example',
	'/items/' || abs(f.id % 100000), ''
FROM flows f JOIN numbered c ON c.id = f.connection_id
WHERE (f.facts >> 31) & 7 = 1 AND f.time >= :'first'::timestamptz;

TRUNCATE connection_hours, traffic_hours;
INSERT INTO connection_hours (connection_id, hour, verdict, flows, events)
SELECT connection_id, date_trunc('hour', time), facts & 7, count(*), count(*) FROM flows GROUP BY 1, 2, 3;
INSERT INTO traffic_hours (hour, verdict, flows, events, last_seen)
SELECT hour, verdict, sum(flows), sum(events), hour + interval '1 hour' FROM connection_hours GROUP BY 1, 2;
UPDATE connections c SET flows = s.flows, events = s.flows, first_seen = s.first_seen, last_seen = s.last_seen,
	verdicts = ARRAY[0, s.passed, s.flows - s.passed, 0, 0, 0, 0, 0],
	outcomes = ARRAY[s.passed, 0, 0, 0, 0, 0, 0, 0, s.passed, 0, 0, s.flows - s.passed, 0, 0, 0, 0]
FROM (
	SELECT connection_id, count(*) AS flows, count(*) FILTER (WHERE facts & 7 = 1) AS passed,
		min(time) AS first_seen, max(time) AS last_seen
	FROM flows GROUP BY 1
) s
WHERE s.connection_id = c.id;
UPDATE connection_facts f SET events = l.events, first_seen = l.first_seen, last_seen = l.last_seen
FROM (
	SELECT fact_id, count(*) AS events, min(time) AS first_seen, max(time) AS last_seen FROM flow_l7 GROUP BY 1
) l
WHERE l.fact_id = f.id;
VACUUM ANALYZE;
