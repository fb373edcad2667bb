// Stored policies: creating, editing without losing anything, versions, deleting, restoring, files.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { base, call, refused, send, sql } from './support/client.ts';
import { freshName, stored, yamlOf } from './support/policies.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const edit = (path: object, etag: string | undefined, json: unknown) =>
  ({ path, json, headers: etag === undefined ? {} : { 'If-Match': etag } }) as Parameters<typeof send>[1];
const any = { 'If-Match': '*' };
const etagOf = async (path: Record<string, string>) => (await send('getPolicy', { path })).headers.get('ETag') ?? '';

test('a policy takes its name, namespace and kind from its YAML', async () => {
  const name = freshName();
  const yaml = yamlOf(name);
  const reply = await send('createPolicy', { json: { yaml_content: yaml, change_summary: 'from the cluster' } });
  const policy = reply.json as Awaited<ReturnType<typeof call<'createPolicy'>>>;
  assert.equal(reply.status, 201);
  assert.equal(reply.headers.get('Location'), `/api/policies/${policy.policy_id}`);
  assert.equal(reply.headers.get('ETag'), `"v1-${sha256(yaml).slice(0, 8)}"`);
  assert.deepEqual(
    [policy.policy_name, policy.namespace, policy.kind, policy.version, policy.origin, policy.change_summary, policy.evidence],
    [name, 'shop', 'CiliumNetworkPolicy', 1, 'created', 'from the cluster', null],
  );
  assert.equal(policy.sha256, sha256(yaml));
  const { warnings: _, ...saved } = policy;
  assert.deepEqual(await call('getPolicy', { path: { policy_id: policy.policy_id } }), saved);
});

test('a name is taken once for each namespace and kind, until its policy is deleted', async () => {
  const { name, policy, path } = await stored();
  const create = (more = {}) => send('createPolicy', { json: { yaml_content: yamlOf(name, more) } });
  const problem = await refused('createPolicy', 409, { json: { yaml_content: yamlOf(name) } });
  assert.match(problem.detail, new RegExp(`policy ${policy.policy_id}\\b`));
  assert.equal((await create({ namespace: 'other' })).status, 201);
  assert.equal((await send('deletePolicy', { path, headers: any })).status, 204);
  assert.equal((await create()).status, 201);
  const restored = await refused('restoreVersion', 409, edit(path, '*', { version: 1 }));
  assert.equal(restored.code, 'conflict');
});

test('YAML that cannot be stored is refused with what is wrong and where', async () => {
  const create = (yaml_content: unknown, more = {}) => refused('createPolicy', 400, { json: { yaml_content, ...more } });
  const broken = await create('kind: CiliumNetworkPolicy\nspec: [\n');
  assert.deepEqual([broken.field, typeof broken.line, typeof broken.column], ['yaml_content', 'number', 'number']);
  assert.match((await create(yamlOf('Web'))).detail, /metadata\.name/);
  assert.match((await create(yamlOf('w'.repeat(254)))).detail, /253/);
  assert.match((await create(yamlOf('w'.repeat(1_000_000)))).detail, /253/);
  assert.match((await create(yamlOf('web', { namespace: 'a.b' }))).detail, /metadata\.namespace/);
  const two = await create(`${yamlOf('a')}---\n${yamlOf('b')}`);
  assert.match(two.detail, /2 policies/);
  assert.equal(two.line, yamlOf('a').split('\n').length + 1);
  assert.equal((await create('kind: Pod\napiVersion: v1\nmetadata: {name: a}\n')).field, 'yaml_content');
  assert.equal((await create(undefined)).field, 'yaml_content');
  assert.equal((await create(7)).field, 'yaml_content');
  assert.equal((await create('')).field, 'yaml_content');
  assert.equal((await create(yamlOf('web'), { policy_name: 'N' })).field, 'policy_name');
  assert.equal((await create(yamlOf('web'), { change_summary: 'x'.repeat(1001) })).field, 'change_summary');
  await refused('createPolicy', 400, { body: '{', headers: { 'Content-Type': 'application/json' } });
  await refused('createPolicy', 415, { body: '{}', headers: { 'Content-Type': 'text/plain' } });
});

test('the longest name and the longest summary are taken', async () => {
  const name = freshName().padEnd(253, 'x');
  const policy = await call('createPolicy', { json: { yaml_content: yamlOf(name), change_summary: 'ß'.repeat(1000) } });
  assert.equal(policy.policy_name, name);
  assert.equal(policy.change_summary.length, 1000);
});

test('an edit makes a version; equal text makes none', async () => {
  const { name, policy, path } = await stored();
  const yaml = yamlOf(name, { port: 9090 });
  const reply = await send('updatePolicy', edit(path, await etagOf(path), { yaml_content: yaml, change_summary: 'metrics' }));
  const edited = reply.json as typeof policy;
  assert.deepEqual([edited.version, edited.origin, edited.yaml_content, edited.change_summary], [2, 'edited', yaml, 'metrics']);
  assert.equal(reply.headers.get('ETag'), `"v2-${sha256(yaml).slice(0, 8)}"`);
  const again = await send('updatePolicy', edit(path, `W/${reply.headers.get('ETag')}`, { yaml_content: yaml }));
  assert.equal((again.json as typeof policy).version, 2);
  const listed = await send('updatePolicy', edit(path, `"other", ${reply.headers.get('ETag')}`, { yaml_content: yaml }));
  assert.equal(listed.status, 200);
  const first = await call('getVersion', { path: { ...path, version: 1 } });
  assert.deepEqual([first.yaml_content, first.origin, first.sha256], [policy.yaml_content, 'created', sha256(policy.yaml_content)]);
});

test('an edit needs the version it was made from, and a stale one loses nothing', async () => {
  const { name, path } = await stored();
  const etag = await etagOf(path);
  assert.equal((await refused('updatePolicy', 428, edit(path, undefined, { yaml_content: yamlOf(name) }))).code, 'if_match_required');
  await call('updatePolicy', edit(path, etag, { yaml_content: yamlOf(name, { port: 1 }) }));
  const stale = await refused('updatePolicy', 412, edit(path, etag, { yaml_content: yamlOf(name, { port: 2 }) }));
  assert.equal(stale.code, 'stale_version');
  assert.equal(stale.current?.yaml_content, yamlOf(name, { port: 1 }));
  assert.equal(stale.current?.version, 2);
  await refused('restoreVersion', 412, edit(path, etag, { version: 1 }));
  await refused('deletePolicy', 412, { path, headers: { 'If-Match': etag } });
  for (const operation of ['restoreVersion', 'deletePolicy'] as const) {
    const refusal = await refused(operation, 412, edit(path, etag, { version: 1 }));
    assert.equal(refusal.current?.yaml_content, yamlOf(name, { port: 1 }));
    await refused(operation, 428, edit(path, undefined, { version: 1 }));
  }
  assert.equal((await call('listVersions', { path })).items.length, 2);
});

test('a client that has the current version is told so', async () => {
  const { name, path } = await stored();
  const etag = await etagOf(path);
  const get = (tag: string) => send('getPolicy', { path, headers: { 'If-None-Match': tag } });
  for (const tag of [etag, `W/${etag}`, `"x", ${etag}`]) {
    const reply = await get(tag);
    assert.deepEqual([reply.status, reply.text, reply.headers.get('ETag')], [304, '', etag]);
  }
  await call('updatePolicy', edit(path, etag, { yaml_content: yamlOf(name, { port: 1 }) }));
  assert.equal((await get(etag)).status, 200);
});

test('creating only what is not there names the policy that is', async () => {
  const { name, policy } = await stored();
  const headers = { 'If-None-Match': '*' };
  const json = { yaml_content: yamlOf(name, { port: 2 }) };
  const problem = await refused('createPolicy', 412, { json, headers });
  assert.deepEqual([problem.code, problem.current?.policy_id], ['stale_version', policy.policy_id]);
  assert.equal(problem.current?.yaml_content, policy.yaml_content);
  const other = { yaml_content: yamlOf(freshName()) };
  assert.equal((await send('createPolicy', { json: other, headers })).status, 201);
});

test('a member that nobody knows is refused, so that a slip of the pen changes nothing', async () => {
  const { name, path } = await stored();
  const yaml_content = yamlOf(name, { port: 3 });
  const slips: [Parameters<typeof send>[0], Record<string, unknown>][] = [
    ['createPolicy', { yaml_content, polcy_name: 'x' }],
    ['updatePolicy', { yaml_content, summary: 'x' }],
    ['restoreVersion', { version: 1, chnage_summary: 'x' }],
    ['validatePolicies', { yaml_content, kind: 'x' }],
    ['diffPolicies', { old: [], new: [], against: [] }],
    ['simulatePolicies', { policies: [], namespace: 'x' }],
    ['generatePolicies', { filter: {}, name: 'x' }],
  ];
  for (const [operation, json] of slips) {
    const problem = await refused(operation, 400, edit(path, '*', json));
    assert.equal(problem.field, Object.keys(json).at(-1), operation);
  }
  assert.equal((await call('listVersions', { path })).items.length, 1);
});

test('of edits at the same moment one wins, and no version is lost or doubled', async () => {
  const { name, path } = await stored();
  const etag = await etagOf(path);
  const replies = await Promise.all(
    Array.from({ length: 8 }, (_, i) => send('updatePolicy', edit(path, etag, { yaml_content: yamlOf(name, { port: 100 + i }) }))),
  );
  const statuses = replies.map((reply) => reply.status);
  assert.equal(statuses.filter((status) => status === 200).length, 1, String(statuses));
  assert.equal(statuses.filter((status) => status === 412).length, 7, String(statuses));
  const { items } = await call('listVersions', { path });
  assert.deepEqual(items.map((version) => version.version), [2, 1]);
});

test('of sixteen editors who save again and again none overwrites what they have not seen', async () => {
  const { name, path } = await stored();
  const editors = 16;
  const wanted = 4;
  /** Reads, edits what was read, and saves; a stale save begins again. Every text says which version it was made from. */
  const work = async (editor: number) => {
    for (let saved = 0; saved < wanted; ) {
      const read = await send('getPolicy', { path });
      const { version } = read.json as Awaited<ReturnType<typeof stored>>['policy'];
      const yaml_content = `# from ${version} by ${editor}\n${yamlOf(name)}`;
      const reply = await send('updatePolicy', edit(path, read.headers.get('ETag')!, { yaml_content }));
      assert.ok([200, 412].includes(reply.status), reply.text);
      if (reply.status === 200) saved += 1;
      else assert.ok((reply.json as { current: { version: number } }).current.version > version);
    }
  };
  await Promise.all(Array.from({ length: editors }, (_, editor) => work(editor)));
  const made = editors * wanted;
  assert.equal((await call('getPolicy', { path })).version, 1 + made);
  const chain = sql(`SELECT count(*) FROM policy_versions WHERE policy_id = ${path.policy_id} AND version > 1
    AND yaml LIKE '# from ' || (version - 1) || ' by %'`);
  assert.equal(chain, String(made), 'each version was made from the one before');
  const audited = sql(`SELECT count(*) FROM audit WHERE object = '${path.policy_id}' AND action = 'policy.update'
    AND before_version = after_version - 1`);
  assert.equal(audited, String(made));
});

test('an edit cannot turn a policy into another one', async () => {
  const { name, path } = await stored();
  const etag = await etagOf(path);
  for (const yaml_content of [yamlOf(freshName()), yamlOf(name, { namespace: 'other' })]) {
    const problem = await refused('updatePolicy', 400, edit(path, etag, { yaml_content }));
    assert.equal(problem.field, 'yaml_content');
    assert.match(problem.detail, /stay as they are/);
  }
});

test('versions come in pages, newest first, and never change', async () => {
  const { name, path } = await stored();
  for (let port = 1; port <= 4; port++) {
    await call('updatePolicy', edit(path, await etagOf(path), { yaml_content: yamlOf(name, { port }) }));
  }
  const first = await call('listVersions', { path, query: { limit: 3 } });
  const second = await call('listVersions', { path, query: { limit: 3, cursor: first.next_cursor ?? '' } });
  assert.deepEqual([...first.items, ...second.items].map((version) => version.version), [5, 4, 3, 2, 1]);
  assert.equal(second.next_cursor, null);
  assert.equal((await refused('listVersions', 400, { path, query: { cursor: 'x' } })).field, 'cursor');
  await refused('getVersion', 404, { path: { ...path, version: 6 } });
  await refused('getVersion', 400, { path: { ...path, version: 0 } });
  await refused('listVersions', 404, { path: { policy_id: '999999' } });
  assert.throws(() => sql(`UPDATE policy_versions SET yaml = '' WHERE policy_id = ${path.policy_id}`));
  assert.throws(() => sql(`DELETE FROM policy_versions WHERE policy_id = ${path.policy_id}`));
});

test('a deleted policy keeps its history and can be restored', async () => {
  const { name, path, policy } = await stored();
  await call('updatePolicy', edit(path, await etagOf(path), { yaml_content: yamlOf(name, { port: 1 }) }));
  assert.equal((await send('deletePolicy', { path, headers: { 'If-Match': await etagOf(path) } })).status, 204);
  assert.notEqual((await call('getPolicy', { path })).deleted_at, null);
  await refused('deletePolicy', 404, { path });
  await refused('updatePolicy', 404, edit(path, '*', { yaml_content: yamlOf(name) }));
  const listed = async (deleted: boolean) =>
    (await call('listPolicies', { query: { q: name, deleted } })).items.map((item) => item.policy_name);
  assert.deepEqual([await listed(false), await listed(true)], [[], [name]]);
  const restored = await call('restoreVersion', edit(path, await etagOf(path), { version: 1 }));
  assert.deepEqual(
    [restored.version, restored.origin, restored.deleted_at, restored.yaml_content, restored.change_summary],
    [3, 'restored', null, policy.yaml_content, 'Restored version 1'],
  );
  assert.equal((await call('getVersion', { path: { ...path, version: 3 } })).restored_from, 1);
  assert.deepEqual([await listed(false), await listed(true)], [[name], []]);
  await refused('restoreVersion', 404, edit(path, '*', { version: 9 }));
  assert.equal((await refused('restoreVersion', 400, { path, json: { version: '1' } })).field, 'version');
});

test('the list is filtered by part of the name and by namespaces, last changed first', async () => {
  const namespace = `ns-${process.pid}`;
  const made = [await stored({ namespace }), await stored({ namespace }), await stored({ namespace: `${namespace}-b` })];
  const oldest = made[0]!;
  await call('updatePolicy', edit(oldest.path, await etagOf(oldest.path), { yaml_content: yamlOf(oldest.name, { namespace, port: 1 }) }));
  const names = async (query: object) => (await call('listPolicies', { query: query as Record<string, string> })).items.map((item) => item.policy_name);
  assert.deepEqual(await names({ namespace }), [oldest.name, made[1]!.name]);
  assert.deepEqual(await names({ namespace: [namespace, `${namespace}-b`] }), [oldest.name, made[2]!.name, made[1]!.name]);
  assert.deepEqual(await names({ q: oldest.name.toUpperCase(), namespace }), [oldest.name]);
  assert.deepEqual(await names({ q: '%', namespace }), []);
  const page = await call('listPolicies', { query: { namespace, limit: 1 } });
  assert.deepEqual(await names({ namespace, limit: 1, cursor: page.next_cursor }), [made[1]!.name]);
  assert.equal((await refused('listPolicies', 400, { query: { deleted: 'perhaps' } })).field, 'deleted');
  assert.equal((await refused('listPolicies', 400, { query: { cursor: '1_x' } })).field, 'cursor');
});

test('ids that cannot be are not found', async () => {
  for (const policy_id of ['x', '0', '-1', '007', '99999999999999999999', "1' OR '1'='1"]) {
    await refused('getPolicy', 404, { path: { policy_id } });
  }
});

test('a policy is downloaded as it was saved, any version of it', async () => {
  const { name, path, policy } = await stored();
  await call('updatePolicy', edit(path, await etagOf(path), { yaml_content: yamlOf(name, { port: 1 }) }));
  const current = await send('downloadPolicy', { path });
  assert.equal(current.text, yamlOf(name, { port: 1 }));
  assert.equal(current.headers.get('Content-Disposition'), `attachment; filename="shop.${name}.yaml"`);
  assert.equal((await send('downloadPolicy', { path, query: { version: 1 } })).text, policy.yaml_content);
  await refused('downloadPolicy', 404, { path, query: { version: 3 } });
});

test('several policies are one text or one archive', async () => {
  const first = await stored(), second = await stored({ namespace: 'other' });
  const ids = [second.policy.policy_id, first.policy.policy_id];
  const text = await send('downloadPolicies', { query: { ids: ids.join(',') } });
  assert.equal(text.text, `${second.policy.yaml_content}---\n${first.policy.yaml_content}`);
  assert.equal((await send('downloadPolicies', { query: { ids } })).text, text.text);
  const zip = await fetch(`${base}/api/policies/download?format=zip&ids=${ids.join(',')}`);
  assert.equal(zip.headers.get('Content-Type'), 'application/zip');
  const directory = mkdtempSync(join(tmpdir(), 'cpa-zip-'));
  try {
    writeFileSync(join(directory, 'a.zip'), Buffer.from(await zip.arrayBuffer()));
    const read = (...program: string[]) => execFileSync('python3', ['-m', 'zipfile', ...program], { cwd: directory, encoding: 'utf8' });
    read('-t', 'a.zip');
    read('-e', 'a.zip', '.');
    const inside = execFileSync('cat', [`other.${second.name}.yaml`, `shop.${first.name}.yaml`], { cwd: directory, encoding: 'utf8' });
    assert.equal(inside, second.policy.yaml_content + first.policy.yaml_content);
  } finally {
    rmSync(directory, { recursive: true });
  }
  await refused('downloadPolicies', 404, { query: { ids: '999999' } });
  assert.equal((await refused('downloadPolicies', 400, { query: { ids: '' } })).field, 'ids');
  assert.equal((await refused('downloadPolicies', 400, { query: { format: 'tar' } })).field, 'format');
});
