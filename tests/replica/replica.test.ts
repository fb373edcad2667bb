// Traffic is read from a streaming replica while that is near enough, and nobody notices when it is not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, forgetFlows, sql } from '../api/support/client.ts';
import { flow, lines } from '../api/support/flows.ts';
import { stored } from '../api/support/policies.ts';

const folder = process.env['REPLICA_DIR'] ?? assert.fail('REPLICA_DIR is not set: run tests/run replica');
const data = `${folder}/data`;
const versions = '/usr/lib/postgresql';
const newest = readdirSync(versions).sort((one, other) => Number(one) - Number(other)).at(-1);
const bin = `${versions}/${newest}/bin`;

/** A program of PostgreSQL, which must not be root. */
function postgres(program: string, ...args: string[]): void {
  const as =
    process.getuid?.() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
  const [command, ...rest] = [...as, `${bin}/${program}`, ...args];
  execFileSync(command!, rest, { stdio: 'ignore' });
}
const start = () =>
  postgres('pg_ctl', '-D', data, '-w', '-l', `${folder}/log`, 'start', '-o',
    `-k ${folder} -c listen_addresses= -c max_connections=60 -c fsync=off`);
const stop = () => postgres('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop');
const onReplica = (text: string) =>
  execFileSync('psql', ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-h', folder, '-c', text], { encoding: 'utf8' }).trim();

after(() => {
  try {
    stop();
  } catch {
    // it was never started
  }
});

const replica = async () => {
  const told = (await call('ready', { query: { verbose: '' } })).replica;
  return told ?? assert.fail('readyz tells nothing of the replica');
};

/** Every worker looks for itself: until a row of answers says the same. */
async function until(used: boolean): Promise<void> {
  const end = Date.now() + 40_000;
  for (let same = 0; same < 16; ) {
    same = (await replica()).used === used ? same + 1 : 0;
    assert.ok(Date.now() < end, `the replica is ${used ? 'not used' : 'used'} after 40 s`);
    if (same === 0) {
      await sleep(200);
    }
  }
}

const load = async (count: number) =>
  assert.equal(
    (await call('importFlows', { body: lines(...Array.from({ length: count }, () => flow())) })).accepted,
    count,
  );
const listed = async () => (await call('listFlows')).items.length;
/** All that is read from a replica if there is one. */
async function readAll(flows: number): Promise<void> {
  assert.equal(await listed(), flows);
  assert.equal((await call('listConnections')).items[0]?.events, flows);
  assert.equal((await call('flowFacets')).matching.flows, flows);
  assert.equal((await call('getDashboard')).totals.flows, flows);
}

test('a replica that is not there: the primary is read', async () => {
  await forgetFlows();
  await load(3);
  await readAll(3);
  const state = await replica();
  assert.equal(state.used, false);
  assert.match(state.problem ?? '', /cannot be reached/);
});

test('once it is there and near, it is read', async () => {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  if (process.getuid?.() === 0) {
    execFileSync('chown', ['postgres', folder]);
  }
  postgres('pg_basebackup', '-D', data, '-R', '-X', 'stream', '-c', 'fast');
  start();
  assert.equal(onReplica('SELECT pg_is_in_recovery()'), 't');
  await until(true);
  for (let i = 0; i < 12; i += 1) {
    await readAll(3);
  }
  await load(1);
  await until(true);
  const readers = onReplica(`SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'cpa' AND query NOT LIKE '%pg_last_wal_replay%'`);
  assert.ok(Number(readers) > 0);
});

test('the limits of a token hold on the replica too', async () => {
  const limited = await call('createToken', {
    json: { name: 'elsewhere', scopes: ['flows:read'], limits: ['*/elsewhere'] },
  });
  for (const path of ['/api/flows', '/api/connections']) {
    for (let i = 0; i < 8; i += 1) {
      const reply = await fetch(new URL(path, process.env['STACK_AUTOMATION_URL']), {
        headers: { Authorization: `Bearer ${limited.token}` },
      });
      assert.equal(reply.status, 200);
      assert.deepEqual(((await reply.json()) as { items: unknown[] }).items, [], path);
    }
  }
});

test('what is written is seen by whoever wrote it, though the replica stands still', async () => {
  onReplica('SELECT pg_wal_replay_pause()');
  await load(2);
  const policy = await stored();
  assert.equal((await call('getPolicy', { path: policy.path })).policy_name, policy.name);
  assert.equal((await call('listVersions', { path: policy.path })).items.length, 1);
  assert.ok((await call('listImports')).items.some((one) => one.accepted === 2));
  await sleep(1500); // more than it may be behind
  await until(false);
  const state = await replica();
  assert.match(state.problem ?? '', /too far behind/);
  assert.ok((state.lag_seconds ?? 0) > 1);
  await readAll(6);
  onReplica('SELECT pg_wal_replay_resume()');
  await until(true);
  assert.ok(((await replica()).lag_seconds ?? 99) <= 1);
  await readAll(6);
});

test('a replica that dies takes no request with it, and is used again when it is back', async () => {
  stop();
  for (let i = 0; i < 12; i += 1) {
    await readAll(6);
  }
  await until(false);
  await load(1);
  await readAll(7);
  start();
  await until(true);
  await readAll(7);
  assert.equal(sql("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"), '1');
});
