// The audit: what a change leaves there, who may see it, and that nobody can alter it unseen.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type Body, call, refused, send, sql } from './support/client.ts';
import { flow, lines } from './support/flows.ts';
import { freshName, stored, yamlOf } from './support/policies.ts';

type Entry = Body<'listAudit'>['items'][number];

const etagOf = async (path: Record<string, string>) =>
  (await send('getPolicy', { path })).headers.get('ETag') ?? '';
const entriesOf = async (query: Record<string, string | string[]>): Promise<Entry[]> =>
  (await call('listAudit', { query })).items;

test('each change of a policy says who, from where, and from which version to which', async () => {
  const { name, policy, path } = await stored();
  const saved = await send('updatePolicy', {
    path,
    json: { yaml_content: yamlOf(name, { port: 1 }), change_summary: 'another port' },
    headers: { 'If-Match': await etagOf(path) },
  });
  const second = (saved.json as Body<'updatePolicy'>).sha256;
  await send('deletePolicy', { path, headers: { 'If-Match': await etagOf(path) } });
  await call('restoreVersion', {
    path,
    json: { version: 1 },
    headers: { 'If-Match': await etagOf(path) },
  });
  const entries = (await entriesOf({ object: path.policy_id })).reverse();
  assert.deepEqual(
    entries.map((e) => [e.action, e.before_version, e.before_sha256, e.after_version, e.after_sha256, e.reason]),
    [
      ['policy.create', null, null, 1, policy.sha256, ''],
      ['policy.update', 1, policy.sha256, 2, second, 'another port'],
      ['policy.delete', 2, second, null, null, ''],
      ['policy.restore', 2, second, 3, policy.sha256, 'Restored version 1'],
    ],
  );
  for (const entry of entries) {
    assert.deepEqual(
      [entry.actor, entry.role, entry.auth, entry.token, entry.address, entry.name, entry.outcome],
      ['local developer', 'admin', 'dev', '', '127.0.0.1', `shop/${name}`, 'done'],
    );
  }
  assert.equal(entries[1]!.request_id, saved.headers.get('X-Request-Id'));
});

test('each policy that is generated has an entry, and one that stays as it is has none', async () => {
  const namespace = freshName();
  const pod = (app: string) => ({ namespace, pod: app, labels: [`k8s:app=${app}`, `k8s:io.kubernetes.pod.namespace=${namespace}`] });
  await call('importFlows', { body: lines(flow({ uuid: randomUUID(), source: pod('web'), destination: pod('cart') })) });
  const selection = { filter: { namespace: [namespace] } };
  const { policies } = await call('generatePolicies', { json: selection });
  const ids = policies.map((policy) => policy.policy_id as string);
  assert.equal(ids.length, 2);
  await call('generatePolicies', { json: { ...selection, options: { existing: ids } } });
  for (const [i, id] of ids.entries()) {
    const entries = await entriesOf({ object: id });
    assert.deepEqual(
      entries.map((e) => [e.action, e.before_version, e.after_version, e.name]),
      [['policy.generate', null, 1, `${namespace}/${policies[i]!.policy_name}`]],
    );
    const version = await call('getVersion', { path: { policy_id: id, version: 1 } });
    assert.deepEqual([version.sha256, version.author], [entries[0]!.after_sha256, entries[0]!.actor]);
  }
});

test('loads and deletions of flows have entries, an upload that fails one that says why', async () => {
  const body = lines(flow({ uuid: randomUUID() }), { flow: { time: 'yesterday' } });
  const done = await call('importFlows', { body, query: { name: 'from the node' } });
  const [entry] = await entriesOf({ object: done.import_id });
  assert.deepEqual(
    [entry!.action, entry!.name, entry!.outcome, entry!.detail],
    ['flows.import', 'from the node', 'done', { accepted: 1, duplicates: 0, rejected: 1 }],
  );
  await call('importFlows', { body }); // the same body changes nothing
  assert.equal((await entriesOf({ action: 'flows.import' }))[0]!.object, done.import_id);
  const posted = await call('createFlows', { json: flow() });
  assert.equal((await entriesOf({ object: posted.import_id }))[0]!.action, 'flows.create');
  const import_id = '7e57ab1e-0000-4000-8000-000000000001';
  await refused('importFlows', 400, { body: Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1]), query: { import_id } });
  const [failed] = await entriesOf({ object: import_id });
  assert.deepEqual([failed!.outcome, failed!.reason.length > 10], ['failed', true]);
  const gone = await call('deleteFlows', { query: { port: 8080, namespace: ['a', 'shop'] } });
  const [deletion] = await entriesOf({ action: 'flows.delete' });
  assert.deepEqual(deletion!.detail, { deleted: gone.deleted, filter: { port: ['8080'], namespace: ['a', 'shop'] } });
});

test('what is refused leaves no entry', async () => {
  const newest = async () => (await entriesOf({ limit: '1' }))[0]!.audit_id;
  const { name, path } = await stored();
  const before = await newest();
  await refused('createPolicy', 409, { json: { yaml_content: yamlOf(name) } });
  await refused('updatePolicy', 412, { path, json: { yaml_content: yamlOf(name, { port: 5 }) }, headers: { 'If-Match': '"v9-00000000"' } });
  await refused('deletePolicy', 412, { path, headers: { 'If-Match': '"v9-00000000"' } });
  assert.equal(await newest(), before);
});

test('the list is filtered by actor, action, object and time, and read page by page', async () => {
  const { name, path } = await stored();
  const { path: other } = await stored();
  assert.deepEqual((await entriesOf({ name: name.toUpperCase() })).map((e) => e.object), [path.policy_id]);
  assert.equal((await entriesOf({ name, actor: 'somebody else' })).length, 0);
  assert.equal((await entriesOf({ name, actor: ['x', 'local developer'] })).length, 1);
  assert.equal((await entriesOf({ name, token: 'abcdefgh' })).length, 0);
  assert.equal((await entriesOf({ name, action: ['policy'] })).length, 1);
  assert.equal((await entriesOf({ name, action: ['polic', 'policy.delete'] })).length, 0);
  const at = (await entriesOf({ object: other.policy_id }))[0]!.at;
  assert.equal((await entriesOf({ object: path.policy_id, time_to: at })).length, 1);
  assert.equal((await entriesOf({ object: other.policy_id, time_to: at })).length, 0);
  assert.equal((await entriesOf({ object: other.policy_id, time_from: at })).length, 1);
  const wrong: Record<string, string> = { time_from: 'noon', actr: 'x', cursor: 'x', limit: '1001' };
  for (const [field, value] of Object.entries(wrong)) {
    assert.equal((await refused('listAudit', 400, { query: { [field]: value } })).field, field);
  }
  const all: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Body<'listAudit'> = await call('listAudit', { query: { limit: 7, ...(cursor ? { cursor } : {}) } });
    all.push(...page.items.map((item) => item.audit_id));
    cursor = page.next_cursor;
  }
  assert.equal(all.length, Number(sql('SELECT count(*) FROM audit')));
  assert.deepEqual(all, all.map((_, i) => String(all.length - i)));
});

test('an export has every entry: lines of JSON with their end, or CSV', async () => {
  const { name, path } = await stored();
  await send('updatePolicy', {
    path,
    json: { yaml_content: yamlOf(name, { port: 7 }), change_summary: '=HYPERLINK("http://evil")\nsecond, line' },
    headers: { 'If-Match': await etagOf(path) },
  });
  const query = { object: path.policy_id };
  const items = await entriesOf(query);
  const ndjson = await send('listAudit', { query, headers: { Accept: 'application/x-ndjson' } });
  assert.deepEqual(
    ndjson.text.trimEnd().split('\n').map((line) => JSON.parse(line)),
    [...items, { _end: { rows: 2, complete: true } }],
  );
  const csv = await send('listAudit', { query, headers: { Accept: 'text/csv' } });
  assert.match(csv.headers.get('Content-Type') ?? '', /^text\/csv/);
  const [head, first] = csv.text.split('\r\n');
  assert.equal(head!.split(',')[0], 'audit_id');
  assert.ok(first!.includes(`"'=HYPERLINK(""http://evil"")\nsecond, line"`), first);
  assert.equal(csv.text.split('\r\n').length, 4);
  const none = await send('listAudit', { query: { name: 'nothing has this name' }, headers: { Accept: 'text/csv' } });
  assert.equal(none.text, `${head}\r\n`);
});

// --- The chain -------------------------------------------------------------------------------

/** `cpa audit verify`: its exit code and what it prints. */
function verify(...options: string[]): [number | null, string] {
  const program = process.env['CPA_PROGRAM'] ?? 'build-asan/cpa';
  const { status, stdout } = spawnSync(program, ['audit', 'verify', ...options], {
    encoding: 'utf8',
    env: { ...process.env, PGUSER: 'cpa_app' },
  });
  return [status, stdout.trim()];
}

/** As a superuser who switches every guard off. */
const tamper = (script: string) => sql(`SET session_replication_role = replica; ${script}`);

test('changes that come together make one unbroken chain', async () => {
  await Promise.all(
    Array.from({ length: 24 }, (_, i) =>
      i % 3 === 0
        ? call('importFlows', { body: lines(flow()) })
        : i % 3 === 1
          ? stored()
          : call('createFlows', { json: flow() }),
    ),
  );
  const [code, said] = verify();
  assert.deepEqual([code, said.split(':')[0]], [0, 'unbroken'], said);
  assert.equal(said.split(':')[1]!.trim(), sql('SELECT count(*) FROM audit'));
});

test('a superuser cannot alter the audit by accident', () => {
  for (const change of ["UPDATE audit SET actor = ''", 'DELETE FROM audit', 'TRUNCATE audit']) {
    assert.throws(() => sql(change), /never changed or deleted/);
  }
});

test('whatever is done to an entry, the first one that is not as written is named', async () => {
  await stored();
  await stored();
  await stored();
  const last = Number(sql('SELECT max(id) FROM audit'));
  const id = last - 1;
  tamper('CREATE TABLE audit_kept AS TABLE audit; CREATE TABLE audit_head_kept AS TABLE audit_head');
  const columns = sql("SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'audit'::regclass AND attnum > 0").split(' ');
  const other: Record<string, string> = {
    id: 'id + 1000000', at: "at + interval '1 microsecond'", before_version: '1', after_version: 'after_version + 1',
    before_sha256: "''", outcome: "CASE outcome WHEN 'done' THEN 'failed' ELSE 'done' END", detail: "detail || '{\"x\": 1}'",
    previous: "sha256('x')", hash: "sha256('x')",
  };
  const tampers: [string, number][] = [
    ...columns.map((column): [string, number] => [`UPDATE audit SET ${column} = ${other[column] ?? `${column} || 'x'`} WHERE id = ${id}`, id]),
    [`DELETE FROM audit WHERE id = ${id}`, id],
    ['DELETE FROM audit WHERE id = 1', 1],
    [`DELETE FROM audit WHERE id = ${last}`, last],
    [`DELETE FROM audit WHERE id >= ${id}`, id],
    ['DELETE FROM audit', 1],
    // two entries change places
    [`UPDATE audit SET id = CASE id WHEN ${id} THEN ${last} WHEN ${last} THEN -1 END WHERE id IN (${id}, ${last}) AND id = ${last};
      UPDATE audit SET id = ${last} WHERE id = ${id}; UPDATE audit SET id = ${id} WHERE id = -1`, id],
    // a text moves from one column to its neighbour
    [`UPDATE audit SET actor = '', role = actor || role WHERE id = ${id}`, id],
    // an entry is forged with the hash of another
    [`INSERT INTO audit SELECT id + 1, at, 'nobody', role, auth, token, address, request_id, trace_id, action, object, name, before_version,
      before_sha256, after_version, after_sha256, outcome, reason, detail, hash, hash FROM audit WHERE id = ${last}`, last + 1],
  ];
  try {
    for (const [script, broken] of tampers) {
      tamper(script);
      const [code, said] = verify();
      assert.equal(code, 1, script);
      assert.match(said, new RegExp(`^broken at row ${broken}: `), script);
      tamper('DELETE FROM audit; INSERT INTO audit TABLE audit_kept; UPDATE audit_head h SET hash = k.hash, id = k.id FROM audit_head_kept k');
      assert.equal(verify()[0], 0, 'the entries are back');
    }
  } finally {
    tamper('DROP TABLE audit_kept, audit_head_kept');
  }
});

test('a chain that was made anew is found by a place noted before', async () => {
  await stored();
  const [, noted] = verify();
  const known = noted.replace('unbroken: ', '');
  await stored();
  assert.equal(verify('--known', known)[0], 0);
  const id = Number(known.split(':')[0]);
  // everything from an entry on is written again by the product's own trigger
  tamper(`CREATE TABLE audit_kept AS SELECT * FROM audit WHERE id >= ${id}; CREATE TABLE audit_head_kept AS TABLE audit_head;
    DELETE FROM audit WHERE id >= ${id}; UPDATE audit_head h SET id = a.id, hash = a.hash FROM audit a WHERE a.id = ${id - 1};
    SET session_replication_role = origin;
    INSERT INTO audit SELECT id, at, 'nobody', role, auth, token, address, request_id, trace_id, action, object, name, before_version,
      before_sha256, after_version, after_sha256, outcome, reason, detail FROM audit_kept ORDER BY id`);
  try {
    assert.equal(verify()[0], 0, 'it is a whole chain');
    const [code, said] = verify('--known', known);
    assert.deepEqual([code, said], [1, `broken at row ${id}: it is not the row that was noted`]);
    tamper(`DELETE FROM audit WHERE id >= ${id}; UPDATE audit_head h SET id = a.id, hash = a.hash FROM audit a WHERE a.id = ${id - 1}`);
    assert.equal(verify()[0], 0);
    assert.match(verify('--known', known)[1], new RegExp(`^broken at row ${id}: `));
  } finally {
    tamper(`DELETE FROM audit WHERE id >= ${id}; INSERT INTO audit TABLE audit_kept;
      UPDATE audit_head h SET id = k.id, hash = k.hash FROM audit_head_kept k; DROP TABLE audit_kept, audit_head_kept`);
  }
  assert.equal(verify('--known', known)[0], 0);
  for (const options of [['--known', '1'], ['--known', `${id}:zz`], ['--since', known]]) {
    assert.equal(verify(...options)[0], 2, options.join(' '));
  }
});
