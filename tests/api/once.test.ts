// Each event is stored and counted exactly once, whatever happens to the bodies it comes in: what is stored
// in the end must be what one clean load stores.
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { call, forgetFlows, send, sql, type Reply } from './support/client.ts';
import { capture, lines } from './support/flows.ts';
import { chunk, hangUp, reach, stored, until, uploadBy } from './support/imports.ts';

beforeEach(forgetFlows);

const upload = (body: string, query = {}) => call('importFlows', { body, query });

/** Numbers that are the same in every run. */
function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function shuffled<T>(list: readonly T[], seed: number): T[] {
  const random = randomly(seed);
  const result = [...list];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = random(i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

/** What one clean load of the flows stores; nothing is stored afterwards. */
async function cleanLoad(flows: readonly unknown[]): Promise<string> {
  await upload(lines(...flows));
  const clean = stored();
  await forgetFlows();
  return clean;
}

test('three times, shuffled, in pieces that overlap, and from files that were rotated', async () => {
  const flows = capture(3000);
  const clean = await cleanLoad(flows);
  const random = randomly(7);
  for (let at = 0; at < flows.length; at += 1 + random(400)) {
    await upload(lines(...flows.slice(Math.max(0, at - random(200)), at + 500)));
  }
  assert.equal(stored(), clean, 'pieces');
  for (const seed of [1, 2, 3]) {
    const body = lines(...shuffled(flows, seed));
    const again = await upload(body);
    assert.deepEqual([again.accepted, again.duplicates], [0, 3000]);
    assert.equal((await upload(body)).already_imported, true);
  }
  assert.equal(stored(), clean, 'replayed');
  await forgetFlows();
  // the exporter begins a new file while two collectors read the old one
  const files = [flows.slice(0, 1200), flows.slice(1200, 2400), flows.slice(2400)];
  for (const lag of [0, 100]) {
    for (const file of [files[2]!, files[0]!, files[1]!]) {
      await upload(lines(...file.slice(lag)));
      await upload(lines(...file));
    }
  }
  assert.equal(stored(), clean, 'rotated');
});

test('the same body several times at the same time', async () => {
  const flows = capture(2000);
  const clean = await cleanLoad(flows);
  const body = lines(...flows);
  const answers = await Promise.all([1, 2, 3, 4].map(() => upload(body)));
  assert.equal(new Set(answers.map((answer) => answer.import_id)).size, 1);
  assert.equal(stored(), clean);
});

// more than a batch: some store while they read, others wait aside
const many = 70_000;

test('large imports and streams of the same events at the same time, in every order: none fails', async () => {
  const flows = capture(many);
  const clean = await cleanLoad(flows);
  const orders = [flows, flows.toReversed(), shuffled(flows, 5), flows.slice(20_000)];
  const bodies = orders.map((order) => lines(...order));
  for (let round = 0; round < 2; round += 1) {
    await forgetFlows();
    const id = randomUUID();
    const socket = await reach();
    uploadBy(socket, `import_id=${id}`);
    socket.write(chunk(bodies[2]!));
    socket.write('0\r\n\r\n');
    // no more than nginx lets one address run at once
    const small = Array.from({ length: 4 }, (_, i) => lines(...flows.slice(i * 15_000, i * 15_000 + 500)));
    const replies = await Promise.all(
      [bodies[0]!, bodies[1]!, bodies[3]!, ...small].map((body) => send('importFlows', { body })),
    );
    for (const reply of replies) {
      assert.equal(reply.status, 200, reply.text);
    }
    await until(async () => (await call('getImport', { path: { import_id: id } })).state === 'done');
    socket.destroy();
    const accepted = sql(`SELECT sum(accepted) FROM imports WHERE started_at >
      (SELECT max(started_at) FROM imports WHERE id = '${id}') - interval '1 second'`);
    assert.ok(Number(accepted) >= many);
    assert.equal(stored(), clean, `round ${round}`);
  }
});

test('two imports that both hold what the other one wants: one lets go, and both are done', async () => {
  const flows = capture(many);
  const clean = await cleanLoad(flows);
  const bodies = [flows, flows.toReversed()].map((order) => Buffer.from(lines(...order)));
  // both have more than a batch in hand before either may go on
  const uploads = await Promise.all(
    bodies.map(async (body) => {
      const id = randomUUID();
      const socket = await reach();
      uploadBy(socket, `import_id=${id}`, body.length);
      socket.write(body.subarray(0, body.length - 1));
      return { id, socket };
    }),
  );
  await until(() => sql("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'") === '2');
  for (const { socket } of uploads) {
    socket.write('\n');
  }
  for (const { id, socket } of uploads) {
    await until(async () => (await call('getImport', { path: { import_id: id } })).state !== 'running');
    assert.equal((await call('getImport', { path: { import_id: id } })).state, 'done');
    socket.destroy();
  }
  assert.equal(stored(), clean);
});

test('cut in the middle of a large body, and sent again', async () => {
  const flows = capture(many);
  const clean = await cleanLoad(flows);
  const body = lines(...flows);
  const id = randomUUID();
  await hangUp(body.slice(0, -1000), `import_id=${id}`, Buffer.byteLength(body));
  await until(async () => {
    const reply = await send('getImport', { path: { import_id: id } });
    return reply.text.includes('"state":"failed"');
  });
  assert.equal(sql('SELECT count(*) FROM flows'), '0');
  assert.equal((await upload(body)).accepted, many);
  assert.equal(stored(), clean);
});

/** Holds the import that comes next after its COPY and before its COMMIT. */
async function holdImports(): Promise<ChildProcessWithoutNullStreams> {
  const session = spawn('psql', ['-qAtX']);
  session.stdin.write('BEGIN; LOCK TABLE connection_hours IN EXCLUSIVE MODE;\n');
  await until(() => sql("SELECT count(*) FROM pg_locks WHERE relation = 'connection_hours'::regclass AND mode = 'ExclusiveLock' AND granted") === '1');
  return session;
}

const held = () =>
  sql(`SELECT count(*) FROM pg_locks
    WHERE relation = 'connection_hours'::regclass AND NOT granted`) === '1';

/** Every worker of the stack: multiwatch starts others in their place. */
function killWorkers(): void {
  const program = sql('SHOW data_directory').replace(/postgres$/, 'app/cpa');
  const workers = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, path, word]) => path === program && word === 'worker');
  assert.ok(workers.length > 0);
  for (const [pid] of workers) {
    process.kill(Number(pid), 'SIGKILL');
  }
}

test('a worker killed between COPY and COMMIT', async () => {
  const flows = capture(500);
  const clean = await cleanLoad(flows);
  const body = lines(...flows);
  const session = await holdImports();
  const lost = send('importFlows', { body });
  await until(held);
  killWorkers();
  assert.equal((await lost).status, 503);
  session.stdin.end('ROLLBACK;\n');
  await until(() => !held());
  await until(async () => (await send('ready')).status === 200);
  assert.equal(sql('SELECT count(*) FROM flows'), '0');
  const retry = await upload(body);
  assert.deepEqual([retry.accepted, retry.already_imported], [500, false]);
  assert.equal(stored(), clean);
});

const committing = "wait_event = 'SyncRep' AND query = 'COMMIT'";

/** An import that has sent its COMMIT, which is done but not answered: it waits for a copy that does not exist. */
async function importCommitting(body: string): Promise<Promise<Reply>[]> {
  const session = await holdImports();
  const reply = send('importFlows', { body });
  await until(held);
  sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
  sql('SELECT pg_reload_conf()');
  await until(() => sql('SHOW synchronous_standby_names') === 'nobody');
  session.stdin.end('ROLLBACK;\n');
  await until(() => sql(`SELECT count(*) FROM pg_stat_activity WHERE ${committing}`) === '1');
  return [reply];
}

function commitsGoOn(): void {
  sql('ALTER SYSTEM RESET synchronous_standby_names');
  sql('SELECT pg_reload_conf()');
}

test('COMMIT sent and the connection to the database cut: the retry gets the stored answer', async () => {
  const flows = capture(500);
  const clean = await cleanLoad(flows);
  const body = lines(...flows);
  const [lost] = await importCommitting(body);
  sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${committing}`);
  commitsGoOn();
  assert.equal((await lost!).status, 503);
  assert.equal(sql('SELECT count(*) FROM flows'), '500', 'it was committed');
  const retry = await upload(body);
  assert.deepEqual([retry.accepted, retry.already_imported], [500, true]);
  assert.equal(stored(), clean);
});

test('COMMIT sent and the worker killed: the retry gets the stored answer', async () => {
  const flows = capture(500);
  const clean = await cleanLoad(flows);
  const body = lines(...flows);
  const [lost] = await importCommitting(body);
  killWorkers();
  commitsGoOn();
  assert.equal((await lost!).status, 503);
  await until(() => sql('SELECT count(*) FROM flows') === '500');
  await until(async () => (await send('ready')).status === 200);
  assert.equal((await upload(body)).already_imported, true);
  assert.equal(stored(), clean);
});
