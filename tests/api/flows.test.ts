// Flows: posting a few, lists with filters and pages, single ones, facets, deleting.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { call, forgetFlows, refused, send, sql } from './support/client.ts';
import { flat, flow, lines } from './support/flows.ts';

beforeEach(forgetFlows);

const post = (json: unknown) => call('createFlows', { json });
const upload = (...flows: unknown[]) => call('importFlows', { body: lines(...flows) });

test('the flat form comes back as it went in', async () => {
  const given = flat({ http_method: 'GET', http_path: '/cart' });
  const stored = await post(given);
  assert.equal(stored.accepted, 1);
  assert.equal(stored.ids.length, 1);
  const found = await call('getFlow', { path: { flow_id: stored.ids[0]! } });
  assert.equal(found.timestamp, '2026-03-01T10:15:00.000000Z');
  for (const name of [
    'source_namespace',
    'source_pod',
    'destination_pod',
    'destination_port',
    'protocol',
    'http_method',
    'http_path',
  ] as const) {
    assert.equal(found[name], given[name], name);
  }
  assert.equal(found.source_labels['app'], 'web');
  assert.equal(found.destination_labels['app'], 'cart');
});

test('an array gives an id for each record, and the same id for the same record', async () => {
  const first = await post([
    flow({ uuid: 'aaaaaaaa-0000-4000-8000-000000000001', time: '2026-03-01T10:00:00Z' }),
    flat(),
  ]);
  const second = await post([
    flat(),
    flow({ uuid: 'aaaaaaaa-0000-4000-8000-000000000001', time: '2026-03-01T10:00:00Z' }),
  ]);
  assert.equal(first.accepted, 2);
  assert.equal(second.accepted, 0);
  assert.equal(second.duplicates, 2);
  assert.deepEqual([...second.ids].reverse(), first.ids);
  assert.equal(sql('SELECT count(*), (SELECT sum(events) FROM connections) FROM flows'), '2|2');
});

test('a record that cannot be stored is refused with its field', async () => {
  const problem = await refused('createFlows', 400, { json: flat({ destination_port: 70000 }) });
  assert.equal(problem.field, 'destination_port');
  assert.equal(problem.errors?.length, 1);
  const { source_labels: _, ...missing } = flat();
  assert.equal((await refused('createFlows', 400, { json: missing })).field, 'source_labels');
  assert.equal(sql('SELECT count(*) FROM flows'), '0');
});

test('a body that is empty, has no flow, or is too large is refused', async () => {
  assert.match((await refused('createFlows', 400, { body: '' })).detail, /empty/);
  assert.match((await refused('createFlows', 400, { json: [] })).detail, /no flow/);
  assert.match((await refused('createFlows', 400, { json: {} })).detail, /no flow/);
  const large = JSON.stringify(flat({ source_pod: 'x'.repeat(9_000_000) }));
  assert.match((await refused('createFlows', 413, { body: large })).detail, /8388608/);
  assert.equal(sql('SELECT count(*) FROM flows'), '0');
});

test('one bad record of an array never loses the good ones', async () => {
  const result = await post([
    flat(),
    flat({ destination_port: -1 }),
    flat({ destination_port: 81 }),
  ]);
  assert.deepEqual([result.accepted, result.rejected, result.ids.length], [2, 1, 2]);
});

test('pages are disjoint, complete and newest first', async () => {
  const made = Array.from({ length: 25 }, (_, i) =>
    flow({ time: new Date(Date.UTC(2026, 2, 1) + Math.floor(i / 2) * 1000).toISOString() }),
  );
  await upload(...made);
  const seen: string[] = [];
  const times: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: { flow_id: string; timestamp: string }[]; next_cursor: string | null } =
      await call('listFlows', {
        query: { limit: 7, ...(cursor ? { cursor } : {}) },
      });
    seen.push(...page.items.map((item) => item.flow_id));
    times.push(...page.items.map((item) => item.timestamp));
    cursor = page.next_cursor;
  } while (cursor);
  assert.equal(new Set(seen).size, 25);
  assert.deepEqual(times, [...times].sort().reverse());
});

test('a cursor, a limit and a parameter that are not ours are refused', async () => {
  assert.equal((await refused('listFlows', 400, { query: { cursor: 'x' } })).field, 'cursor');
  assert.equal((await refused('listFlows', 400, { query: { limit: 0 } })).field, 'limit');
  assert.equal((await refused('listFlows', 400, { query: { limit: 1001 } })).field, 'limit');
  assert.equal(
    (await refused('listFlows', 400, { query: { namespcae: 'shop' } })).field,
    'namespcae',
  );
  assert.equal((await refused('listFlows', 400, { query: { port: 65536 } })).field, 'port');
  assert.equal(
    (await refused('listFlows', 400, { query: { verdict: 'dropped' } })).field,
    'verdict',
  );
  assert.equal(
    (await refused('listFlows', 400, { query: { time_from: 'yesterday' } })).field,
    'time_from',
  );
  assert.equal(
    (await refused('listConnections', 400, { query: { cursor: '1_x' } })).field,
    'cursor',
  );
  assert.equal(
    (await refused('listImports', 400, { query: { cursor: "'; DROP TABLE flows" } })).field,
    'cursor',
  );
});

test('each filter selects what it says, on the side it says', async () => {
  await upload(
    flow({
      source: { namespace: 'shop', pod: 'web-0', workload: 'web' },
      destination: { namespace: 'data', pod: 'db-0' },
      port: 5432,
      time: '2026-03-01T10:00:00Z',
    }),
    flow({
      source: { namespace: 'shop', pod: 'web-0' },
      destination: { namespace: 'data', pod: 'db-0' },
      port: 5432,
      reply: true,
      time: '2026-03-01T11:00:00Z',
    }),
    flow({
      source: { namespace: 'batch', pod: 'job-1' },
      destination: { namespace: 'shop', pod: 'web-0' },
      port: 80,
      verdict: 'DROPPED',
      time: '2026-03-01T12:00:00Z',
      more: {
        event_type: { type: 1 },
        drop_reason: 133,
        drop_reason_desc: 'POLICY_DENIED',
        is_reply: undefined,
      },
    }),
    flow({
      source: { namespace: 'shop', pod: 'web-0' },
      destination: { namespace: 'shop', pod: 'dns-0' },
      port: 53,
      protocol: 'UDP',
      time: '2026-03-02T10:00:00Z',
      l7: { type: 'REQUEST', dns: { query: 'Example.COM.', qtypes: ['A'] } },
      more: { traffic_direction: 'EGRESS' },
    }),
  );
  const count = async (query: Record<string, string | number | string[]>) =>
    (await call('listFlows', { query })).items.length;
  assert.equal(await count({}), 4);
  assert.equal(await count({ namespace: 'data' }), 2);
  assert.equal(await count({ source_namespace: 'data' }), 1); // the reply
  assert.equal(await count({ destination_namespace: 'data' }), 1);
  assert.equal(await count({ namespace: ['data', 'batch'] }), 3);
  assert.equal(await count({ namespace: 'batch', port: 80 }), 1);
  assert.equal(await count({ namespace: 'batch', port: 81 }), 0);
  assert.equal(await count({ workload: 'shop/web' }), 4);
  assert.equal(await count({ source_workload: 'web' }), 2);
  assert.equal(await count({ label: 'app=db-0' }), 2);
  assert.equal(await count({ label: 'app', destination_label: 'k8s:app=web-0' }), 2);
  assert.equal(await count({ cluster: 'default' }), 4);
  assert.equal(await count({ cluster: 'other' }), 0);
  assert.equal(await count({ port: 5432 }), 2);
  assert.equal(await count({ protocol: 'UDP' }), 1);
  assert.equal(await count({ verdict: 'DROPPED' }), 1);
  assert.equal(await count({ direction: 'EGRESS' }), 1);
  assert.equal(await count({ l7: 'example' }), 1);
  assert.equal(await count({ l7: '100%' }), 0);
  assert.equal(
    await count({ time_from: '2026-03-01T11:00:00Z', time_to: '2026-03-01T12:00:00Z' }),
    1,
  );
  const dropped = (await call('listFlows', { query: { verdict: 'DROPPED' } })).items[0]!;
  assert.equal(dropped.drop_reason, 'POLICY_DENIED');
  const reply = (await call('listFlows', { query: { source_namespace: 'data' } })).items[0]!;
  assert.deepEqual([reply.reply, reply.source_port, reply.destination_port], [true, 5432, 40000]);
  const connections = await call('listConnections', { query: { destination_namespace: 'data' } });
  assert.equal(connections.items.length, 1);
  assert.deepEqual([connections.items[0]!.events, connections.items[0]!.port], [2, 5432]);
  assert.equal(
    (await call('listConnections', { query: { source_namespace: 'data' } })).items.length,
    0,
  );
});

test('facets count values, and matching agrees with the list', async () => {
  await upload(
    flow({ port: 8080 }),
    flow({ port: 8080 }),
    flow({ port: 9090 }),
    flow({ port: 9090, source: { namespace: 'monitoring', pod: 'prometheus-0' } }),
  );
  const all = await call('flowFacets');
  assert.deepEqual(all.matching, { flows: 4, connections: 3, exact: true });
  assert.deepEqual(all.ports, [
    { value: '8080', count: 2 },
    { value: '9090', count: 2 },
  ]);
  assert.deepEqual(all.namespaces, [
    { value: 'shop', count: 4 },
    { value: 'monitoring', count: 1 },
  ]);
  assert.deepEqual(all.verdicts, [{ value: 'FORWARDED', count: 4 }]);
  for (const query of [
    { port: 9090 },
    { source_namespace: 'monitoring' },
    { namespace: 'shop', port: 8080 },
    { direction: 'INGRESS' },
    { time_from: '2026-03-01T10:00:00.001Z' },
    { l7: 'x' },
  ] as Record<string, string | number>[]) {
    const { matching } = await call('flowFacets', { query });
    assert.equal(
      matching.flows,
      (await call('listFlows', { query })).items.length,
      JSON.stringify(query),
    );
    assert.equal(matching.exact, true);
  }
});

test('deleting takes the flow, its facts and its counts, and nothing else', async () => {
  await upload(
    flow({ port: 80, l7: { type: 'REQUEST', http: { method: 'GET', url: '/a' } } }),
    flow({ port: 80 }),
    flow({ port: 81 }),
  );
  const [first] = (await call('listFlows', { query: { l7: '/a' } })).items;
  assert.equal((await send('deleteFlow', { path: { flow_id: first!.flow_id } })).status, 204);
  await refused('getFlow', 404, { path: { flow_id: first!.flow_id } });
  await refused('deleteFlow', 404, { path: { flow_id: first!.flow_id } });
  assert.equal(sql('SELECT count(*) FROM flow_l7'), '0');
  assert.equal(sql('SELECT sum(events) FROM connection_facts'), '0');
  const before = await call('listConnections', { query: { port: 80 } });
  assert.equal(before.items[0]!.events, 1);
  assert.deepEqual(await call('deleteFlows', { query: { port: 80 } }), { deleted: 1 });
  assert.equal((await call('listConnections')).items.length, 1);
  assert.equal(
    sql('SELECT sum(flows), (SELECT sum(flows) FROM connections) FROM connection_hours'),
    '1|1',
  );
});

test('an empty filter deletes nothing unless all=true says so', async () => {
  await upload(flow());
  assert.equal((await refused('deleteFlows', 400)).field, 'all');
  assert.equal((await refused('deleteFlows', 400, { query: { all: false } })).field, 'all');
  assert.equal(
    (await refused('deleteFlows', 400, { query: { all: true, port: 80 } })).field,
    'all',
  );
  assert.equal((await refused('deleteFlows', 400, { query: { al: true } })).field, 'al');
  assert.deepEqual(await call('deleteFlows', { query: { all: true } }), { deleted: 1 });
  assert.equal((await call('listConnections')).items.length, 0);
});

test('what was deleted can be imported again', async () => {
  const body = lines(flow(), flow());
  assert.equal((await call('importFlows', { body })).accepted, 2);
  await call('deleteFlows', { query: { namespace: 'shop' } });
  const again = await call('importFlows', { body });
  assert.deepEqual([again.accepted, again.already_imported], [2, false]);
});

test('an id that is none of ours is refused', async () => {
  await refused('getFlow', 400, { path: { flow_id: 'x' } });
  await refused('getFlow', 400, { path: { flow_id: 'ffffffffffffffffffffffffffffffff' } });
  await refused('getFlow', 404, { path: { flow_id: '00064bd0d2c0d900a1b2c3d4e5f60718' } });
});
