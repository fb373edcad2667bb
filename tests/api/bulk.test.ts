// Lists as lines of JSON: every row, however many pages they are, with an end that tells a cut.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { beforeEach, test } from 'node:test';
import type { operations } from '../../frontend/src/api/schema.d.ts';
import { base, call, forgetFlows, refused, type Options, send } from './support/client.ts';
import { flow, lines } from './support/flows.ts';
import { stored, yamlOf } from './support/policies.ts';

const accept = { Accept: 'application/x-ndjson' };
type End = { _end: { rows: number; complete: boolean; next_cursor?: string; code?: string; detail?: string } };

/** The rows of a list in bulk, and what its last line says. */
async function bulk(operation: keyof operations, options: Options = {}) {
  const reply = await send(operation, { ...options, headers: accept });
  assert.equal(reply.status, 200, reply.text.slice(0, 500));
  assert.match(reply.headers.get('Content-Type') ?? '', /^application\/x-ndjson/);
  assert.ok(reply.text.endsWith('\n'));
  const rows = reply.text.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
  return { rows: rows.slice(0, -1), end: (rows.at(-1) as End)._end };
}

/** The rows of the same list, page by page. */
async function paged(operation: keyof operations, options: Options = {}) {
  const rows: unknown[] = [];
  for (let cursor: string | null = null; ; ) {
    const query = { ...options.query, limit: 1000, ...(cursor === null ? {} : { cursor }) };
    const page = (await call(operation, { ...options, query })) as { items: unknown[]; next_cursor: string | null };
    rows.push(...page.items);
    cursor = page.next_cursor;
    if (cursor === null) return rows;
  }
}

/** Flows of many connections. */
const many = (count: number) =>
  lines(...Array.from({ length: count }, (_, i) => flow({ port: 1000 + (i % 2200), clientPort: 40000 + (i % 9) })));

beforeEach(forgetFlows);

test('flows, connections, imports and policies come whole, as on their pages', async () => {
  await call('importFlows', { body: many(2500) });
  const { name, path } = await stored();
  for (let port = 1; port < 4; port += 1) {
    const tag = (await send('getPolicy', { path })).headers.get('ETag')!;
    await call('updatePolicy', { path, json: { yaml_content: yamlOf(name, { port }) }, headers: { 'If-Match': tag } });
  }
  const least: [keyof operations, number, Options?][] = [
    ['listFlows', 2500],
    ['listConnections', 2200],
    ['listImports', 1],
    ['listPolicies', 1],
    ['listVersions', 4, { path }],
    ['listAudit', 5],
  ];
  for (const [operation, count, options] of least) {
    const { rows, end } = await bulk(operation, options);
    assert.ok(rows.length >= count, `${operation}: ${rows.length}`);
    assert.deepEqual(end, { rows: rows.length, complete: true }, operation);
    assert.deepEqual(rows, await paged(operation, options), operation);
  }
});

test('filters, cursors and limits hold in bulk too', async () => {
  await call('importFlows', { body: many(2300) });
  const some = await bulk('listFlows', { query: { port: [1000, 1001] } });
  assert.deepEqual([some.rows.length, some.end.rows], [4, 4]);
  const first = await bulk('listFlows', { query: { limit: 10 } });
  assert.deepEqual([first.rows.length, first.end.complete], [10, true]);
  const rest = await bulk('listFlows', { query: { cursor: first.end.next_cursor! } });
  assert.equal(rest.rows.length, 2290);
  const none = await bulk('listFlows', { query: { namespace: 'nowhere' } });
  assert.deepEqual([none.rows.length, none.end], [0, { rows: 0, complete: true }]);
  for (const query of [{ prt: 1 }, { cursor: 'x' }, { limit: 0 }] as Options['query'][]) {
    assert.equal((await refused('listFlows', 400, { query: query!, headers: accept })).status, 400);
  }
});

test('what a client does not ask for in so many words is a page', async () => {
  for (const Accept of ['*/*', 'application/*', 'application/json', 'application/x-ndjsonx', 'text/csv']) {
    const reply = await send('listFlows', { headers: { Accept } });
    assert.match(reply.headers.get('Content-Type') ?? '', /^application\/json/, Accept);
  }
  const reply = await send('listFlows', { headers: { Accept: 'application/json;q=0.1, Application/X-NDJSON; q=1' } });
  assert.equal(reply.text, '{"_end":{"rows":0,"complete":true}}\n');
  const head = await fetch(new URL('/api/flows', base), { method: 'HEAD', headers: accept });
  assert.deepEqual([head.status, await head.text()], [200, '']);
});

test('a list that cannot be read to its end says so in its last line', async () => {
  await call('importFlows', { body: many(12000) });
  const response = await fetch(new URL('/api/flows', base), { headers: accept });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader.read()).value ?? '';
  // Longer than the workers wait for a lock.
  const locking = spawn('psql', ['-qAtX', '-c', 'BEGIN; LOCK TABLE flows; SELECT pg_sleep(8)'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => locking.on('close', resolve));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
  }
  await ended;
  const rows = text.trimEnd().split('\n');
  const end = (JSON.parse(rows.at(-1)!) as End)._end;
  assert.ok(rows.length < 12001, 'it was cut');
  assert.deepEqual([end.rows, end.complete, end.code], [rows.length - 1, false, 'busy']);
});
