// What is counted without reading flows is what reading them counts: after overlapping loads in any order and after
// deleting, with filters, windows and limits of what may be seen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Body, call, forgetFlows, send, sql } from './support/client.ts';
import { flow, lines } from './support/flows.ts';

type Flow = Body<'listFlows'>['items'][number];
type Headers = Record<string, string>;
type Query = Record<string, string | number>;

/** Numbers from 0 to 1, the same in each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

const namespaces = ['shop', 'billing', 'search'];
const verdicts = ['FORWARDED', 'FORWARDED', 'FORWARDED', 'DROPPED', 'AUDIT', 'REDIRECTED'];

function made(count: number, next: () => number): unknown[] {
  const any = <T>(list: T[]): T => list[Math.floor(next() * list.length)]!;
  const pod = () => {
    const namespace = any(namespaces);
    return { namespace, pod: any(['a-0', 'b-0']), labels: [`k8s:app=${any(['a', 'b'])}`, `k8s:io.kubernetes.pod.namespace=${namespace}`] };
  };
  return Array.from({ length: count }, () =>
    flow({
      source: pod(),
      destination: pod(),
      port: any([80, 443, 8080]),
      verdict: any(verdicts),
      time: new Date(Date.UTC(2026, 2, 1 + Math.floor(next() * 4), Math.floor(next() * 24), 30, 0, Math.floor(next() * 1000))).toISOString(),
    }),
  );
}

function shuffled<T>(list: T[], next: () => number): T[] {
  return list.map((item) => ({ item, at: next() })).sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** Rows that differ between a small table and what the flows themselves give. */
const differences = (): string =>
  sql(`WITH raw AS (
      SELECT connection_id, date_trunc('hour', time) AS hour, facts & 7 AS verdict, count(*) AS flows, sum(weight) AS events
      FROM flows GROUP BY 1, 2, 3
    ), pairs AS (
      SELECT 'hours' AS what, ARRAY[connection_id, extract(epoch FROM hour), verdict, flows, events] AS "row", true AS raw FROM raw
      UNION ALL SELECT 'hours', ARRAY[connection_id, extract(epoch FROM hour), verdict, flows, events], false FROM connection_hours
      UNION ALL SELECT 'traffic', ARRAY[extract(epoch FROM hour), verdict, sum(flows), sum(events)], true FROM raw GROUP BY hour, verdict
      UNION ALL SELECT 'traffic', ARRAY[extract(epoch FROM hour), verdict, flows, events], false FROM traffic_hours
      UNION ALL SELECT 'connections', ARRAY[connection_id, sum(flows), sum(events)], true FROM raw GROUP BY connection_id
      UNION ALL SELECT 'connections', ARRAY[id, flows, events], false FROM connections WHERE events > 0
      UNION ALL SELECT 'verdicts', ARRAY[connection_id, verdict, sum(flows)], true FROM raw GROUP BY connection_id, verdict
      UNION ALL SELECT 'verdicts', ARRAY[id, place - 1, v], false FROM connections, unnest(verdicts) WITH ORDINALITY AS u (v, place) WHERE v <> 0
    )
    SELECT what || ' ' || "row"::text FROM pairs GROUP BY what, "row" HAVING count(*) FILTER (WHERE raw) <> count(*) FILTER (WHERE NOT raw)
    UNION ALL SELECT 'later than the last of its hour ' || f.time
    FROM flows f JOIN traffic_hours h ON h.hour = date_trunc('hour', f.time) AND h.verdict = f.facts & 7 WHERE f.time > h.last_seen`);

function tally(keys: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) {
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

async function read(headers: Headers, query: Query): Promise<Flow[]> {
  return (await call('listFlows', { headers, query: { ...query, limit: 1000 } })).items;
}

/**
 * Facets count by connection: a filter on flows selects connections, all of whose flows are counted. In a window those
 * are selected that were seen before and after it, too.
 */
async function checkFacets(headers: Headers, query: Query): Promise<void> {
  const { matching, ...facets } = await call('flowFacets', { headers, query });
  const flows = await read(headers, query);
  assert.deepEqual([matching.flows, matching.exact], [flows.length, true], JSON.stringify(query));
  if ('time_to' in query) {
    return;
  }
  const chosen = new Set(flows.map((one) => one.connection_id));
  assert.equal(matching.connections, chosen.size, JSON.stringify(query));
  const all = (await read(headers, {})).filter((one) => chosen.has(one.connection_id));
  const found = Object.fromEntries(facets.verdicts.map(({ value, count }) => [value, count]));
  assert.deepEqual(found, tally(all.map((one) => one.verdict)), JSON.stringify(query));
}

async function checkDashboard(headers: Headers, query: Query): Promise<void> {
  const dashboard = await call('getDashboard', { headers, query });
  const flows = await read(headers, query);
  const points = dashboard.traffic.points.flatMap(({ time, verdicts: counts }) =>
    Object.entries(counts).map(([verdict, count]) => [`${time.slice(0, 13)} ${verdict}`, count] as const),
  );
  assert.equal(dashboard.traffic.bucket_seconds, 3600);
  assert.deepEqual(Object.fromEntries(points), tally(flows.map((one) => `${one.timestamp.slice(0, 13)} ${one.verdict}`)));
  assert.equal(dashboard.totals.flows, (await read(headers, {})).length);
  const events = tally(flows.map((one) => one.connection_id));
  const dropped = tally(flows.filter((one) => one.verdict === 'DROPPED').map((one) => one.connection_id));
  const busiest = Object.entries(events).sort(([a, x], [b, y]) => y - x || Number(a) - Number(b)).slice(0, 10);
  assert.deepEqual(
    dashboard.top_talkers.map((talker) => [talker.connection_id, talker.events, talker.dropped]),
    busiest.map(([id, count]) => [id, count, dropped[id] ?? 0]),
  );
}

test('counts are those of the flows, however they came and went', async () => {
  const next = random(20);
  await forgetFlows();
  const flows = made(600, next);
  const { token } = await call('createToken', {
    json: { name: 'counts', kind: 'service', scopes: ['flows:read', 'policies:read'], limits: ['*/shop'] },
  });
  const check = async () => {
    assert.equal(differences(), '');
    const queries: Query[] = [{}, { namespace: 'shop' }, { verdict: 'DROPPED' }, { port: 443, verdict: 'AUDIT' },
      { verdict: 'ERROR' }, { time_from: '2026-03-02T06:00:00Z', time_to: '2026-03-03T00:00:00Z' },
      { verdict: 'FORWARDED', time_to: '2026-03-02T00:00:00Z' }];
    const callers: Headers[] = [{}, { Authorization: `Bearer ${token}` }];
    for (const headers of callers) {
      for (const query of queries) {
        await checkFacets(headers, query);
      }
      await checkDashboard(headers, {});
      await checkDashboard(headers, { time_from: '2026-03-02T06:00:00Z', time_to: '2026-03-03T00:00:00Z' });
    }
  };
  const load = (part: unknown[]) => call('importFlows', { body: lines(...shuffled(part, next)) });

  await Promise.all([load(flows.slice(0, 350)), load(flows.slice(250, 500))]);
  await check();
  await Promise.all([load(flows.slice(400)), load(flows.slice(100, 300))]);
  await check();
  assert.equal((await read({}, {})).length, 600);
  await send('deleteFlows', { query: { namespace: 'billing', port: 80 } });
  await send('deleteFlows', { query: { verdict: 'REDIRECTED', time_to: '2026-03-03T00:00:00Z' } });
  await call('deleteFlow', { path: { flow_id: (await read({}, {}))[7]!.flow_id } });
  await check();
  await load(flows);
  await check();
  assert.equal((await read({}, {})).length, 600);
  await forgetFlows();
  assert.equal(differences(), '');
  assert.equal(sql('SELECT count(*) FROM traffic_hours'), '0');
});

test('a text of an L7 part is found, whatever was kept of it', async () => {
  await forgetFlows();
  const uuid = '6f1e2d3c-b4a5-4697-8879-6a5b4c3d2e1f';
  const urls = ['/items/12', `/users/${uuid}/cart`, '/days/2026-01-02', '/blobs/deadbeef99.png', '/plain/Text', '/q?secret=1',
    '/keys/Zq8-x_7Kv2mPw4Lr9TbYc1', 'http://Shop.example:8080/items/777', '/'];
  const http = (url: string, i: number) => [
    flow({ port: 80 + (i % 3), l7: { type: 'REQUEST', http: { method: i % 2 ? 'GET' : 'POST', url } } }),
    flow({ reply: true, l7: { type: 'RESPONSE', http: { method: 'GET', url: `${url}-refused`, code: 403 } } }),
  ];
  const dns = ['Example.COM.', 'shop.example'].map((query) =>
    flow({ protocol: 'UDP', port: 53, l7: { type: 'REQUEST', dns: { query, qtypes: ['A'] } } }));
  await call('importFlows', { body: lines(...urls.flatMap(http), ...dns, flow()) });
  const all = await read({}, {});
  const texts = ['12', 'ITEMS/1', '777', '/items', 'users/6f1e', uuid, '3c-b4', '2026-01-0', 'beef99.p', 'png', 'text', 'TEXT-ref',
    '/q', '?', 'secret', 'x_7kv', 'zzz', 'shop.example', ':8080', 'example.com.', 'com', 'get', 'post', 'refused', '/', '%', '_', '{', 'nowhere'];
  for (const l7 of texts) {
    const has = (one: Flow) => [one.http_method, one.http_host, one.http_path, one.dns_query]
      .some((text) => text.toLowerCase().includes(l7.toLowerCase()));
    const found = await read({}, { l7 });
    assert.deepEqual(found.map((one) => one.flow_id), all.filter(has).map((one) => one.flow_id), l7);
    assert.equal((await call('flowFacets', { query: { l7 } })).matching.flows, found.length, l7);
  }
  const [first, second] = (await call('listFlows', { query: { l7: 'items', port: 80 } })).items;
  assert.ok(first && second === undefined && first.destination_port === 80);
  const page = await call('listFlows', { query: { l7: 'refused', limit: 4 } });
  const next = await call('listFlows', { query: { l7: 'refused', limit: 100, cursor: page.next_cursor! } });
  assert.deepEqual([...page.items, ...next.items].map((one) => one.flow_id),
    (await read({}, { l7: 'refused' })).map((one) => one.flow_id));
});
