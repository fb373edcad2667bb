// Idempotency-Key: what is sent twice is done once, and the first answer comes again.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { operations } from '../../frontend/src/api/schema.d.ts';
import { type Body, call, type Options, refused, send, sql } from './support/client.ts';
import { flow, lines } from './support/flows.ts';
import { freshName, stored, yamlOf } from './support/policies.ts';

const keyed = (key: string, json: unknown, more: Record<string, string> = {}): Options => ({
  json,
  headers: { 'Idempotency-Key': key, ...more },
});
const replayed = (reply: Awaited<ReturnType<typeof send>>) => reply.headers.get('Idempotency-Replayed');
const changes = () => Number(sql('SELECT id FROM audit_head'));

/** Flows of a namespace of their own, from which two policies come. */
async function namespace(): Promise<string> {
  const name = freshName();
  const pod = (app: string) => ({ namespace: name, pod: app, labels: [`k8s:app=${app}`, `k8s:io.kubernetes.pod.namespace=${name}`] });
  await call('importFlows', { body: lines(flow({ uuid: randomUUID(), source: pod('web'), destination: pod('cart') })) });
  return name;
}

test('a policy, generated ones and flows are made once, and answered alike', async () => {
  const requests: [keyof operations, unknown][] = [
    ['createPolicy', { yaml_content: yamlOf(freshName()), change_summary: 'once' }],
    ['generatePolicies', { filter: { namespace: [await namespace()] } }],
    ['createFlows', [flow(), flow(), { no: 'flow' }]],
  ];
  for (const [operation, json] of requests) {
    const key = randomUUID();
    const first = await send(operation, keyed(key, json));
    assert.deepEqual([first.status, replayed(first)], [201, null], first.text);
    const before = changes();
    for (let i = 0; i < 3; i += 1) {
      const again = await send(operation, keyed(key, json));
      assert.deepEqual([again.status, again.text, replayed(again)], [201, first.text, 'true'], operation);
      for (const header of ['ETag', 'Location']) {
        assert.equal(again.headers.get(header), first.headers.get(header), header);
      }
    }
    assert.equal(changes(), before, operation);
  }
});

test('a key stands for one request: address, query and body', async () => {
  const key = randomUUID();
  await send('createPolicy', keyed(key, { yaml_content: yamlOf(freshName()) }));
  const problem = await refused('createPolicy', 422, keyed(key, { yaml_content: yamlOf(freshName()) }));
  assert.deepEqual([problem.code, problem.field], ['idempotency_key_reused', 'Idempotency-Key']);
  // on another route it is another key
  assert.equal((await send('createFlows', keyed(key, flow()))).status, 201);
});

test('of the same request sent at once many times, one is carried out', async () => {
  const key = randomUUID();
  const name = freshName();
  const replies = await Promise.all(
    Array.from({ length: 8 }, () => send('createPolicy', keyed(key, { yaml_content: yamlOf(name) }))),
  );
  for (const reply of replies) {
    assert.ok(reply.status === 201 || reply.status === 409, reply.text);
    assert.doesNotMatch(reply.text, /There is already/, 'the name was not tried twice');
  }
  assert.equal(replies.filter((reply) => reply.status === 201 && replayed(reply) === null).length, 1);
  const last = await send('createPolicy', keyed(key, { yaml_content: yamlOf(name) }));
  assert.deepEqual([last.status, replayed(last)], [201, 'true']);
});

test('while the first request is worked on, the second is told to wait', async () => {
  const key = randomUUID();
  const json = { yaml_content: yamlOf(freshName()) };
  const locking = spawn('psql', ['-qAtX', '-c', 'BEGIN; LOCK TABLE policies; SELECT pg_sleep(2)'], { stdio: 'ignore' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const first = send('createPolicy', keyed(key, json));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const problem = await refused('createPolicy', 409, keyed(key, json));
  assert.deepEqual([problem.code, problem.field], ['conflict', 'Idempotency-Key']);
  assert.equal((await first).status, 201);
  assert.equal(replayed(await send('createPolicy', keyed(key, json))), 'true');
  locking.kill();
});

test('what was refused, or changed nothing, may be sent again with its key', async () => {
  const { name } = await stored();
  const key = randomUUID();
  const json = { yaml_content: yamlOf(name) };
  await refused('createPolicy', 409, keyed(key, json));
  const found = (await call('listPolicies', { query: { q: name } })).items[0]!;
  await send('deletePolicy', { path: { policy_id: found.policy_id }, headers: { 'If-Match': '*' } });
  assert.equal((await send('createPolicy', keyed(key, json))).status, 201);
  const preview = { filter: { namespace: [await namespace()] }, dry_run: true };
  for (let i = 0; i < 2; i += 1) {
    const reply = await send('generatePolicies', keyed(`preview-${key}`, preview));
    assert.deepEqual([reply.status, replayed(reply)], [200, null]);
  }
  for (let i = 0; i < 2; i += 1) {
    await refused('createPolicy', 400, keyed(`broken-${key}`, { yaml_content: '' }));
    await refused('createFlows', 400, keyed(`broken-${key}`, { no: 'flow' }));
  }
});

test('a change whose answer could not be kept is undone', async () => {
  const key = randomUUID();
  const name = freshName();
  sql(`CREATE FUNCTION take_over() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
    CREATE TRIGGER take_over BEFORE UPDATE ON idempotency_keys FOR EACH ROW WHEN (NEW.key = '${key}') EXECUTE FUNCTION take_over()`);
  try {
    await refused('createPolicy', 409, keyed(key, { yaml_content: yamlOf(name) }));
  } finally {
    sql('DROP FUNCTION take_over CASCADE');
  }
  assert.equal((await call('listPolicies', { query: { q: name } })).items.length, 0);
  const reply = await send('createPolicy', keyed(key, { yaml_content: yamlOf(name) }));
  assert.deepEqual([reply.status, replayed(reply)], [201, null]);
});

test('a claim that its request left behind ends, and answers are forgotten after a day', async () => {
  const key = randomUUID();
  const json = { yaml_content: yamlOf(freshName()) };
  const first = (await send('createPolicy', keyed(key, json))).json as Body<'createPolicy'>;
  const age = (set: string) => sql(`UPDATE idempotency_keys SET ${set} WHERE key = '${key}'`);
  age("status = NULL, started_at = clock_timestamp() - interval '100 seconds'");
  await refused('createPolicy', 409, keyed(key, json));
  age("started_at = clock_timestamp() - interval '121 seconds'");
  await send('deletePolicy', { path: { policy_id: first.policy_id }, headers: { 'If-Match': '*' } });
  const second = await send('createPolicy', keyed(key, json));
  assert.deepEqual([second.status, replayed(second)], [201, null]);
  age("started_at = clock_timestamp() - interval '23 hours 59 minutes'");
  assert.equal(replayed(await send('createPolicy', keyed(key, json))), 'true');
  age("started_at = clock_timestamp() - interval '25 hours'");
  await refused('createPolicy', 409, keyed(key, json)); // by its name: it was carried out
  const third = keyed(`day-${key}`, { yaml_content: yamlOf(freshName()) });
  await send('createPolicy', third);
  sql(`UPDATE idempotency_keys SET started_at = clock_timestamp() - interval '25 hours' WHERE key = 'day-${key}'`);
  const program = process.env['CPA_PROGRAM'] ?? 'build-asan/cpa';
  const env = { ...process.env, PGUSER: 'cpa_app', CPA_AUTH_MODE: 'dev' } as Record<string, string>;
  delete env['CPA_SHARED'];
  delete env['CPA_PROGRAM'];
  assert.equal(spawnSync(program, ['maintain', '--once'], { env }).status, 0);
  assert.equal(sql(`SELECT count(*) FROM idempotency_keys WHERE key = 'day-${key}'`), '0');
});

test('keys have a form and a length', async () => {
  const json = () => ({ yaml_content: yamlOf(freshName()) });
  for (const key of ['x'.repeat(256), 'two words', 'ümlaut']) {
    const options = keyed(Buffer.from(key).toString('latin1'), json());
    assert.equal((await refused('createPolicy', 400, options)).field, 'Idempotency-Key', key);
  }
  assert.equal((await send('createPolicy', keyed(randomUUID().padEnd(255, 'x'), json()))).status, 201);
});
