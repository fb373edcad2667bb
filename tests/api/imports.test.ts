// Imports: counted exactly once, nothing half stored, and a clear word about everything that is bad.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { base, call, forgetFlows, refused, send, sql } from './support/client.ts';
import { capture, flat, flow, lines } from './support/flows.ts';
import { hangUp, stored, strays, until } from './support/imports.ts';

beforeEach(forgetFlows);

const upload = (body: string | Uint8Array<ArrayBuffer>, query = {}) =>
  call('importFlows', { body, query });

test('every shape goes in by the same door', async () => {
  const one = flow(),
    two = flow(),
    three = flow();
  const shapes: [string, string][] = [
    ['lines', lines(one, two, three)],
    ['array', JSON.stringify([one, two, three])],
    ['pretty array', JSON.stringify([one, two, three], null, 2)],
    ['concatenated', JSON.stringify(one) + JSON.stringify(two) + JSON.stringify(three)],
    ['wrapped', JSON.stringify({ flows: [one, two, three] })],
    ['in log', lines(...[one, two, three].map((each) => ({ date: 1, log: JSON.stringify(each) })))],
    ['CRLF and BOM', `\ufeff${lines(one, two, three).replaceAll('\n', '\r\n')}`],
  ];
  for (const [name, body] of shapes) {
    await forgetFlows();
    assert.equal((await upload(body)).accepted, 3, name);
  }
  await forgetFlows();
  assert.equal(
    (await upload(new Uint8Array(gzipSync(lines(one, two, three))))).accepted,
    3,
    'gzip',
  );
});

test('the same body a second time is answered with the stored result', async () => {
  const body = lines(...capture(20));
  const first = await upload(body);
  const before = stored();
  const again = await upload(body);
  assert.equal(again.already_imported, true);
  assert.equal(again.import_id, first.import_id);
  assert.equal(again.accepted, 20);
  assert.equal(stored(), before);
  assert.equal((await upload(body, { cluster: 'other' })).already_imported, false);
});

test('flows that are read in one pass and flows that are read with care store the same', async () => {
  const pods = ['web-0', 'web-1', 'cart-0', 'dns-0'];
  const end = (i: number) => ({
    pod: pods[i % 4]!,
    namespace: i % 3 === 0 ? 'shop' : 'ops',
    ...(i % 2 === 0 ? { workload: pods[i % 4]!.slice(0, -2) } : {}),
    ...(i % 11 === 0 ? { labels: ['reserved:world'], pod: '', namespace: '' } : {}),
    ...(i % 13 === 0 ? { labels: ['reserved:host'], pod: '', namespace: '' } : {}),
  });
  const flows = Array.from({ length: 2000 }, (_, i) => {
    const one = flow({ source: end(i), destination: end(i + 1 + (i % 5)), port: 8000 + (i % 3) });
    const address = { source: `192.0.2.${i % 17}`, destination: `198.51.100.${i % 5}` };
    const cluster = i % 7 === 0 ? 'east/worker-1' : 'west/worker-2';
    return { ...one, node_name: cluster, flow: { ...(one['flow'] as object), IP: address, node_name: cluster } };
  });
  const all = () =>
    sql(`SELECT a.key, b.key, c.protocol, c.port, c.standing, c.events, c.names, c.nodes
      FROM connections c JOIN identities a ON a.id = c.client_id JOIN identities b ON b.id = c.server_id
      WHERE c.events > 0 ORDER BY 1, 2, 3, 4, 5`) +
    sql(`SELECT i.key, e.pod, e.workload, e.workload_kind, f.count FROM identities i JOIN endpoints e ON
      e.identity_id = i.id, LATERAL (SELECT count(*) FROM flows f WHERE e.id IN (f.source_endpoint,
      f.destination_endpoint)) f WHERE f.count > 0 ORDER BY 1, 2`);
  await upload(lines(...flows));
  const fast = all();
  await forgetFlows();
  await upload(JSON.stringify(flows, null, 2));
  assert.ok(fast.split('\n').length > 30);
  assert.equal(all(), fast);
});

/** Every flow with all it talks about by name, and what was learnt of that, as one text. */
const named = (): string =>
  sql(`SELECT 'flows', count(*), count(n.name), count(r.name), count(k.id), sum(hashtextextended((f.time, f.id, a.key, b.key,
        c.port, s.pod, s.workload, d.pod, d.workload, n.name, r.name, k.method, k.host, k.path, l.path)::text, 0))
      FROM flows f JOIN connections c ON c.id = f.connection_id
      JOIN identities a ON a.id = c.client_id JOIN identities b ON b.id = c.server_id
      LEFT JOIN endpoints s ON s.id = f.source_endpoint LEFT JOIN endpoints d ON d.id = f.destination_endpoint
      LEFT JOIN nodes n ON n.id = f.node_id LEFT JOIN drop_reasons r ON r.id = f.facts >> 50 & 4095
      LEFT JOIN flow_l7 l ON (l.time, l.id) = (f.time, f.id) LEFT JOIN connection_facts k ON k.id = l.fact_id AND k.connection_id = c.id
    UNION ALL SELECT 'connections', count(*), sum(events), min(cardinality(nodes)), max(cardinality(nodes)),
        sum(hashtextextended((client_id, server_id, port, events, first_seen, last_seen, nodes, verdicts, outcomes)::text, 0))
      FROM connections WHERE events > 0
    UNION ALL SELECT 'facts', count(*), sum(events), 0, 0,
        sum(hashtextextended((method, host, path, example, events, first_seen, last_seen)::text, 0))
      FROM connection_facts WHERE events > 0`);

test('a body of many batches, all of which bring something new, stores what small bodies of its parts store', async () => {
  const batch = 16_384; // LIMIT_BATCH_FLOWS
  const run = randomUUID().slice(0, 8); // nothing is known from other runs
  const reasons = ['POLICY_DENIED', 'STALE_OR_UNROUTABLE_IP', 'CT_MAP_INSERTION_FAILED', 'TTL_EXCEEDED'];
  /** In each part the pods that were clients in the one before are servers, and their workloads are told. */
  const one = (_: unknown, i: number) => {
    const part = Math.floor(i / 8000);
    const pod = (of: number, n: number) => ({
      namespace: `${run}-${of}`,
      pod: `app-${of}-${n}`,
      labels: [`k8s:app=app-${of}-${n % 20}`, `k8s:io.kubernetes.pod.namespace=${run}-${of}`],
      ...(of === part ? { workload: `app-${n % 20}` } : {}),
    });
    const http = { method: 'GET', url: `http://${run}/${part}/letter-${'abcdefghij'[i % 10]}?q=${i}`, protocol: 'HTTP/1.1' };
    return flow({
      source: pod(part + 1, i % 60),
      destination: pod(part, (i * 7) % 50),
      port: 2000 + part + (i % 3),
      verdict: i % 4 === 1 ? 'DROPPED' : 'FORWARDED',
      ...(i % 4 === 0 ? { l7: { type: 'REQUEST', http } } : {}),
      more: {
        node_name: `${run}-${part}-${i % 4}`,
        ...(i % 4 === 1 ? { drop_reason_desc: reasons[part % 4], event_type: { type: 1 } } : {}),
      },
    });
  };
  const flows = Array.from({ length: 3 * batch + 1000 }, one);
  assert.equal((await upload(lines(...flows))).accepted, flows.length);
  const [whole, all] = [stored(), named()];
  const workloads = () =>
    sql(`SELECT count(*), count(DISTINCT e.workload) FROM endpoints e JOIN identities i ON i.id = e.identity_id
      WHERE i.namespace LIKE '${run}-%' AND (e.workload_kind, i.workload_kind) = ('Deployment', 'Deployment')`);
  assert.equal(workloads(), '350|20');
  assert.match(all, new RegExp(`^flows\\|${flows.length}\\|${flows.length}\\|${flows.length / 4}\\|${flows.length / 4}\\|`));
  await forgetFlows();
  for (let at = 0; at < flows.length; at += 6000) {
    await upload(lines(...flows.slice(at, at + 6000)));
  }
  assert.equal(stored(), whole);
  assert.equal(named(), all);
  // some of the batches are stored already, some in part
  await forgetFlows();
  await upload(lines(...flows.slice(batch - 500, 2 * batch + 500)));
  const again = await upload(lines(...flows));
  assert.deepEqual([again.accepted, again.duplicates], [flows.length - batch - 1000, batch + 1000]);
  assert.equal(stored(), whole);
  assert.equal(named(), all);
});

test('overlapping, shuffled and repeated content counts each event once', async () => {
  const flows = capture(300);
  await upload(lines(...flows));
  const clean = stored();
  await forgetFlows();
  const shuffled = flows.toSorted((a, b) => digest(a).localeCompare(digest(b)));
  const answers = [
    await upload(lines(...flows.slice(0, 200))),
    await upload(lines(...flows.slice(100))),
    await upload(lines(...shuffled)),
    await upload(lines(...flows.slice(0, 10), ...flows.slice(0, 10))),
  ];
  assert.deepEqual(
    answers.map((answer) => [answer.accepted, answer.duplicates]),
    [
      [200, 0],
      [100, 100],
      [0, 300],
      [0, 20],
    ],
  );
  assert.equal(stored(), clean);
});

test('a record that comes twice in one body counts once', async () => {
  const one = flow(),
    two = flow();
  const result = await upload(lines(one, two, one));
  assert.deepEqual([result.received, result.accepted, result.duplicates], [3, 2, 1]);
  assert.equal(sql('SELECT sum(events) FROM connections'), '2');
});

test('two imports at once, overlapping in opposite order, give the counts of one clean load', async () => {
  const flows = capture(4000);
  await upload(lines(...flows));
  const clean = stored();
  await forgetFlows();
  const bodies = [lines(...flows.slice(0, 3000)), lines(...flows.slice(1000).toReversed())];
  for (let round = 0; round < 3; round += 1) {
    const replies = await Promise.all(bodies.map((body) => send('importFlows', { body })));
    for (const reply of replies) {
      assert.equal(reply.status, 200, reply.text);
    }
  }
  for (const body of bodies) {
    await upload(body); // what a shipper does after a 503
  }
  assert.equal(stored(), clean);
});

test('two imports of different flows about the same new connections do not wait in a circle', async () => {
  const ports = Array.from({ length: 400 }, (_, i) => 2000 + i);
  const [ups, downs] = [ports, ports.toReversed()].map((list) =>
    lines(...list.map((port) => flow({ port }))),
  );
  const replies = await Promise.all([ups!, downs!].map((body) => upload(body)));
  assert.deepEqual(
    replies.map((reply) => reply.accepted),
    [400, 400],
  );
  assert.equal(
    sql('SELECT count(*), min(events), max(events) FROM connections WHERE events > 0'),
    '400|2|2',
  );
  assert.equal(strays(), '0');
});

test('more connections than an import remembers are counted once each, with all that was learnt of them', async () => {
  const ports = Array.from({ length: 16_384 + 500 }, (_, i) => 1000 + i); // LIMIT_IMPORT_CONNECTIONS
  const from = (node: string) =>
    ports.map((port) => flow({ port, uuid: `${node} ${port}`, more: { node_name: node } }));
  const result = await upload(lines(...from('worker-2'), ...from('worker-1')));
  assert.equal(result.accepted, 2 * ports.length);
  assert.equal(
    sql(`SELECT count(*), min(events), max(events), min(nodes), max(nodes), min(o), max(o)
      FROM connections, unnest(outcomes) o WHERE o > 0 AND events > 0 AND outcomes[9] = 2`),
    `${2 * ports.length}|2|2|{worker-1,worker-2}|{worker-1,worker-2}|2|2`,
  );
  assert.equal(
    sql('SELECT count(*), sum(flows) FROM connection_hours'),
    `${ports.length}|${2 * ports.length}`,
  );
});

test('an upload that is cut leaves nothing behind but its row', async () => {
  await upload(lines(...capture(10)));
  const before = stored();
  const body = lines(...capture(500));
  const id = randomUUID();
  await hangUp(body, `import_id=${id}`, body.length * 2);
  await until(
    async () => (await call('getImport', { path: { import_id: id } })).state !== 'running',
  );
  const row = await call('getImport', { path: { import_id: id } });
  assert.deepEqual([row.state, row.accepted, row.stream], ['failed', 0, false]);
  assert.match(row.failure, /cut/);
  assert.equal(stored(), before);
  // and the caller may try again under the same id
  assert.equal((await upload(lines(flow()), { import_id: id })).import_id, id);
});

test('an import can be watched and listed', async () => {
  const id = randomUUID();
  const result = await upload(
    lines(flow(), { lost_events: { source: 'HUBBLE_RING_BUFFER', num_events_lost: '12' } }),
    { import_id: id, name: 'monday.jsonl' },
  );
  const row = await call('getImport', { path: { import_id: id } });
  assert.deepEqual(
    [row.name, row.author, row.state, row.received, row.accepted, row.lost_events, row.ignored],
    ['monday.jsonl', 'local developer', 'done', 2, 1, 12, { lost_events: 1 }],
  );
  assert.ok(result.first_flow && result.first_flow === result.last_flow);
  assert.equal((await call('listImports', { query: { limit: 1 } })).items[0]!.import_id, id);
  assert.equal(
    (await refused('importFlows', 409, { body: lines(flow()), query: { import_id: id } })).field,
    'import_id',
  );
  await refused('importFlows', 400, { body: lines(flow()), query: { import_id: 'mine' } });
  await refused('getImport', 404, { path: { import_id: 'mine' } });
  await refused('getImport', 404, { path: { import_id: randomUUID() } });
});

test('a running import shows how far it is', async () => {
  const id = randomUUID();
  const part = new TextEncoder().encode(lines(...capture(50)));
  let sent = 0;
  const body = new ReadableStream({
    async pull(controller) {
      sent += 1;
      if (sent > 5) {
        controller.close();
        return;
      }
      controller.enqueue(part);
      await new Promise((resolve) => setTimeout(resolve, 500));
    },
  });
  const upload = send('importFlows', { body, query: { import_id: id } });
  await until(async () => {
    const reply = await send('getImport', { path: { import_id: id } });
    const row = reply.json as { state?: string; bytes?: number; received?: number };
    return row.state === 'running' && Number(row.bytes) > 0 && Number(row.received) > 0;
  });
  assert.equal((await upload).status, 200);
  const row = await call('getImport', { path: { import_id: id } });
  assert.deepEqual([row.state, row.received, row.bytes], ['done', 250, part.length * 5]);
});

test('the sample capture loads with one call, and a second call changes nothing', async () => {
  const first = await call('loadSamples');
  assert.ok(first.accepted > 100 && first.rejected === 0);
  assert.equal((await call('loadSamples')).already_imported, true);
  assert.equal((await call('flowFacets')).matching.flows, first.accepted);
});

test('one bad record never loses the good ones, and says where and why', async () => {
  const deep = '['.repeat(10_000) + ']'.repeat(10_000);
  const bad: [string, string][] = [
    ['port 70000', JSON.stringify(flat({ destination_port: 70000 }))],
    ['negative port', JSON.stringify(flat({ destination_port: -1 }))],
    ['year 1', JSON.stringify(flow({ time: '0001-01-01T00:00:00Z' }))],
    ['year 9999', JSON.stringify(flow({ time: '9999-12-31T23:59:59Z' }))],
    [
      'next year',
      JSON.stringify(flow({ time: new Date(Date.now() + 366 * 86_400_000).toISOString() })),
    ],
    ['10,000 deep', `{"flow":${deep}}`],
    ['NUL', '{"flow":{"verdict":"FORWARDED","node_name":"a\\u0000b"}}'],
    ['repeated key', '{"flow":{"verdict":"FORWARDED","verdict":"DROPPED"}}'],
    ['wrong type', '{"flow":{"source":7,"verdict":"FORWARDED"}}'],
    ['control character', JSON.stringify(flat({ source_labels: { app: 'a\u0001b' } }))],
    ['no JSON', 'this is no JSON'],
  ];
  for (const [name, line] of bad) {
    await forgetFlows();
    const result = await upload(`${lines(flow())}${line}\n${lines(flow())}`);
    assert.deepEqual([result.accepted, result.rejected], [2, 1], name);
    assert.equal(result.errors[0]!.line, 2, name);
    assert.ok(result.errors[0]!.detail.length > 10, name);
  }
});

test('bytes that are no UTF-8 are a counted reject', async () => {
  const good = Buffer.from(lines(flow()));
  const bad = Buffer.from('{"flow":{"node_name":"\xff\xfe","verdict":"FORWARDED"}}\n', 'latin1');
  const result = await upload(new Uint8Array(Buffer.concat([good, bad, good])));
  assert.deepEqual([result.accepted, result.duplicates, result.rejected], [1, 1, 1]);
});

test('at most 20 rejects are shown and all are counted', async () => {
  const result = await upload('nonsense\n'.repeat(50) + lines(flow()));
  assert.deepEqual([result.rejected, result.errors.length, result.accepted], [50, 20, 1]);
});

test('a body in which everything is bad is answered with counts', async () => {
  const result = await upload('nonsense\n'.repeat(3));
  assert.deepEqual([result.received, result.accepted, result.rejected], [3, 0, 3]);
});

test('what can never be read is refused as a whole and stores nothing', async () => {
  const gzip = gzipSync(lines(...capture(200)));
  const broken = Buffer.from(gzip);
  broken.fill(0x55, 40, 200);
  assert.match((await refused('importFlows', 400, { body: '' })).detail, /empty/);
  assert.match(
    (await refused('importFlows', 400, { body: new Uint8Array(broken) })).detail,
    /gzip/i,
  );
  await refused('importFlows', 400, { body: new Uint8Array(gzip.subarray(0, gzip.length / 2)) });
  const compact =
    'Mar  1 10:00:00.000: shop/web-0:40000 (ID:1) -> shop/cart-0:8080 (ID:2) to-endpoint FORWARDED (TCP Flags: SYN)\n';
  const text = await send('importFlows', { body: compact });
  assert.ok([400, 415].includes(text.status), text.text);
  assert.match((text.json as { detail: string }).detail, /-o json/);
  assert.equal(sql('SELECT count(*) FROM flows'), '0');
});

test('a compression that is not read here is named', async () => {
  for (const operation of ['importFlows', 'createFlows'] as const) {
    const problem = await refused(operation, 415, {
      body: lines(flow()),
      headers: { 'Content-Encoding': 'snappy' },
    });
    assert.equal(problem.field, 'Content-Encoding');
    assert.match(problem.detail, /snappy.*compress gzip.*compression: gzip/);
  }
});

test('a format that is not read here is named, with the option to change', async () => {
  const formats: [string, RegExp][] = [
    ['application/msgpack', /MessagePack.*format json_lines/],
    ['application/x-protobuf; v=1', /Protobuf.*encoding: json/],
  ];
  for (const [type, cure] of formats) {
    const problem = await refused('importFlows', 415, {
      body: lines(flow()),
      headers: { 'Content-Type': type },
    });
    assert.equal(problem.field, 'Content-Type');
    assert.match(problem.detail, cure);
  }
});

test('a compression bomb is refused and the worker lives', async () => {
  const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024, ' '));
  const reply = await send('importFlows', { body: new Uint8Array(bomb) });
  assert.ok([200, 400, 413].includes(reply.status), reply.text);
  assert.equal((await upload(lines(flow()))).accepted, 1);
});

test('a line of 40 MB is a reject, not the end', async () => {
  const result = await upload(
    `${lines(flow())}${'{"flow":{"node_name":"'}${'x'.repeat(40_000_000)}"}}\n${lines(flow())}`,
  );
  assert.deepEqual([result.accepted, result.rejected], [2, 1]);
});

test('endless days and names are bounded', async () => {
  const days = Array.from({ length: 402 }, (_, i) =>
    flow({ time: new Date(Date.UTC(2020, 0, 1 + i)).toISOString() }),
  );
  const result = await upload(lines(...days));
  assert.deepEqual([result.accepted, result.rejected], [400, 2]);
  assert.match(result.errors[0]!.detail, /400 different days/);
  await refused('importFlows', 400, { body: lines(flow()), query: { name: 'x'.repeat(256) } });
});

test('imports and deletions are in the audit, with who and under which request', async () => {
  const result = await upload(lines(flow(), flow()));
  const reply = await send('deleteFlows', { query: { port: 8080, namespace: ['a', 'shop'] } });
  const audit = sql(
    'SELECT actor, action, object, detail, request_id FROM audit ORDER BY id DESC LIMIT 2',
  ).split('\n');
  assert.equal(
    audit[0],
    `local developer|flows.delete||{"filter": {"port": ["8080"], "namespace": ["a", "shop"]}, "deleted": 2}|${reply.headers.get('X-Request-Id')}`,
  );
  assert.ok(
    audit[1]?.startsWith(`local developer|flows.import|${result.import_id}|{"accepted": 2, "rejected": 0, "duplicates": 0}|`),
  );
});

test('shippers probe the address with HEAD', async () => {
  const response = await fetch(new URL('/api/flows/import', base), { method: 'HEAD' });
  assert.equal(response.status, 200);
  await call('probeImport');
  assert.equal((await call('uploadFlows', { body: lines(flow()) })).accepted, 1);
});

const digest = (value: unknown) => createHash('sha1').update(JSON.stringify(value)).digest('hex');
