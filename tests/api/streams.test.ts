// Bodies without a length and perhaps without an end: stored as they come, counted exactly once.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import type { Socket } from 'node:net';
import { base, call, forgetFlows, refused, send, sql } from './support/client.ts';
import { capture, flow, lines } from './support/flows.ts';
import { answerOf, chunk, hangUp, reach, stored, until, uploadBy } from './support/imports.ts';

beforeEach(forgetFlows);

const row = (id: string) => call('getImport', { path: { import_id: id } });
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A stream that runs until the test ends it. */
async function begin(more: Record<string, string> = {}): Promise<{ socket: Socket; id: string }> {
  const id = more['import_id'] ?? randomUUID();
  const socket = await reach();
  uploadBy(socket, new URLSearchParams({ ...more, import_id: id }).toString());
  return { socket, id };
}

async function exists(id: string): Promise<void> {
  await until(async () => (await send('getImport', { path: { import_id: id } })).status === 200);
}

test('what a silent client has sent is stored and shown within a second or so, and the end gives the counts', async () => {
  const { socket, id } = await begin({ name: 'live' });
  socket.write(chunk(lines(...capture(20))));
  const begun = Date.now();
  await until(() => sql('SELECT count(*) FROM flows') === '20');
  assert.ok(Date.now() - begun < 4000, `${Date.now() - begun} ms`);
  const running = await row(id);
  assert.deepEqual(
    [running.state, running.stream, running.received, running.accepted],
    ['running', true, 20, 20],
  );
  assert.equal((await call('listConnections')).items.length, 7);
  socket.write(chunk(lines(flow(), flow())));
  await until(async () => (await row(id)).accepted === 22);
  const answer = answerOf(socket);
  socket.write(`${chunk(lines(flow()))}0\r\n\r\n`);
  await until(async () => (await row(id)).state === 'done');
  assert.match(await answer, /^HTTP\/1.1 200\b[\s\S]*"state":"done"[\s\S]*"accepted":23,/);
  assert.equal(sql('SELECT sum(events) FROM connections'), '23');
});

test('half a record waits for its other half', async () => {
  const { socket, id } = await begin();
  const text = lines(flow(), flow());
  socket.write(chunk(text.slice(0, text.length - 50)));
  await until(async () => (await send('getImport', { path: { import_id: id } })).text.includes('"accepted":1'));
  await sleep(1500);
  assert.equal((await row(id)).rejected, 0);
  socket.write(`${chunk(text.slice(text.length - 50))}0\r\n\r\n`);
  await until(async () => (await row(id)).state === 'done');
  assert.equal((await row(id)).accepted, 2);
  socket.destroy();
});

test('a fast stream is stored every 10,000 events, before its second is over', async () => {
  const flows = capture(25_000);
  const { socket, id } = await begin();
  socket.write(chunk(lines(...flows)));
  await exists(id);
  const seen = new Set<number>();
  await until(async () => {
    seen.add((await row(id)).accepted);
    return seen.has(25_000);
  });
  assert.ok(seen.has(10_000) || seen.has(20_000), [...seen].join());
  socket.destroy();
});

test('a stream that is cut keeps what it counted, and says so', async () => {
  const flows = capture(300);
  await call('importFlows', { body: lines(...flows) });
  const clean = stored();
  await forgetFlows();
  const id = randomUUID();
  await hangUp(lines(...flows.slice(0, 200)) + '{"flow":{"ver', `import_id=${id}`);
  await until(async () => (await row(id)).state !== 'running');
  const cut = await row(id);
  assert.deepEqual([cut.state, cut.received, cut.accepted, cut.rejected], ['cut', 200, 200, 0]);
  assert.match(cut.failure, /cut/);
  assert.equal(sql('SELECT count(*) FROM flows'), '200');
  assert.match(
    sql("SELECT action, object, detail FROM audit ORDER BY id DESC LIMIT 1"),
    new RegExp(`^flows.import\\|${id}\\|.*200`),
  );
  // the shipper comes again, with what it is not sure of and what is new
  const { socket, id: next } = await begin();
  socket.write(`${chunk(lines(...flows.slice(100)))}0\r\n\r\n`);
  await until(async () => (await send('getImport', { path: { import_id: next } })).text.includes('"done"'));
  const rest = await row(next);
  assert.deepEqual([rest.accepted, rest.duplicates], [100, 100]);
  assert.equal(stored(), clean);
  socket.destroy();
  await refused('importFlows', 409, { body: lines(flow()), query: { import_id: id } });
});

test('a stream that is cut before anything was stored has failed', async () => {
  const id = randomUUID();
  await hangUp('{"flow":{"ver', `import_id=${id}`);
  await until(async () => (await row(id)).state !== 'running');
  assert.deepEqual([(await row(id)).state, (await row(id)).accepted], ['failed', 0]);
});

test('four streams run at a time, the fifth is told to wait, and nothing else waits for them', async () => {
  const streams = await Promise.all([1, 2, 3, 4].map(() => begin()));
  for (const { id } of streams) {
    await exists(id);
  }
  const fifth = await begin();
  const refusal = await answerOf(fifth.socket);
  assert.match(refusal, /^HTTP\/1.1 429 /);
  assert.match(refusal, /\r\nRetry-After: 1\r\n/);
  assert.match(refusal, /"code":"too_many_requests","detail":"Four streams/);
  const times: number[] = [];
  for (let i = 0; i < 10; i += 1) {
    const begun = Date.now();
    await call('importFlows', { body: lines(flow()) });
    await call('listFlows');
    times.push(Date.now() - begun);
  }
  assert.ok(Math.max(...times) < 3000, times.join());
  for (const { socket } of streams) {
    socket.destroy();
  }
  for (const { id } of streams) {
    await until(async () => (await row(id)).state !== 'running');
  }
  const again = await begin();
  await exists(again.id);
  again.socket.destroy();
});

test('streams and imports of the same events at once count each event once', async () => {
  const flows = capture(6000);
  await call('importFlows', { body: lines(...flows) });
  const clean = stored();
  await forgetFlows();
  const parts = [flows, flows.toReversed(), flows.slice(1000, 5000)].map((part) => lines(...part));
  const streams = await Promise.all(parts.map(() => begin()));
  const imports = parts.map((body) => call('importFlows', { body }));
  for (let at = 0; at < 12; at += 1) {
    parts.forEach((part, i) => {
      const size = Math.ceil(part.length / 12);
      const piece = part.slice(at * size, (at + 1) * size);
      if (piece !== '') {
        streams[i]!.socket.write(chunk(piece));
      }
    });
    await sleep(150);
  }
  for (const { socket } of streams) {
    socket.write('0\r\n\r\n');
  }
  await Promise.all(imports);
  for (const { socket, id } of streams) {
    await until(async () => (await row(id)).state === 'done');
    socket.destroy();
  }
  assert.equal(stored(), clean);
});

/** The processes of the stack's stream pool that serve a request: they have a child. */
const busy = () =>
  execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , program, word]) => program?.endsWith('/app/cpa') && word === 'worker')
    .filter(([, parent], _, all) => all.some(([pid]) => pid === parent))
    .map(([, parent]) => Number(parent));

test('a worker that is killed in a stream leaves what its row counts, and the same again adds nothing', async () => {
  const flows = capture(100);
  const before = new Set(busy());
  const { socket, id } = await begin();
  const answer = answerOf(socket);
  socket.write(chunk(lines(...flows)));
  await exists(id);
  await until(async () => (await row(id)).accepted === 100);
  const worker = busy().find((pid) => !before.has(pid));
  assert.ok(worker);
  process.kill(worker, 'SIGKILL');
  await until(() => socket.bytesRead > 0);
  assert.match(await answer, /^HTTP\/1.1 503\b/);
  sql(`UPDATE imports SET updated_at = now() - interval '11 minutes' WHERE id = '${id}'`);
  const lost = await row(id);
  assert.deepEqual([lost.state, lost.accepted], ['cut', 100]);
  assert.match(lost.failure, /interrupted; what is counted here is stored/);
  const clean = stored();
  const again = await call('importFlows', { body: lines(...flows) });
  assert.deepEqual([again.accepted, again.duplicates], [0, 100]);
  assert.equal(stored(), clean);
});

test('a worker that is asked to end stores what it has read and says that the stream must begin again', async () => {
  const before = new Set(busy());
  const { socket, id } = await begin();
  const answer = answerOf(socket);
  socket.write(chunk(lines(...capture(30))));
  await exists(id);
  const worker = busy().find((pid) => !before.has(pid));
  assert.ok(worker);
  process.kill(worker, 'SIGTERM');
  await until(async () => (await row(id)).state === 'cut');
  assert.equal((await row(id)).accepted, 30);
  assert.match(await answer, /^HTTP\/1.1 503\b[\s\S]*Retry-After[\s\S]*begin the stream again/);
});

test('a database that goes away between two commits is reached again', async () => {
  const { socket, id } = await begin();
  socket.write(chunk(lines(...capture(10))));
  await exists(id);
  await until(async () => (await row(id)).accepted === 10);
  sql(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE application_name = 'cpa' AND pid <> pg_backend_pid()`);
  socket.write(chunk(lines(...capture(10))));
  await until(async () => (await row(id)).accepted === 20);
  socket.destroy();
});

test('a record that can never be read ends the stream with the reason, after what came before it', async () => {
  const { socket, id } = await begin();
  const answer = answerOf(socket);
  socket.write(chunk('nonsense\n'.repeat(3)));
  await exists(id);
  await until(async () => (await row(id)).rejected === 3);
  socket.write(
    chunk(
      'Mar  1 10:00:00.000: shop/web-0:40000 (ID:1) -> shop/cart-0:8080 (ID:2) to-endpoint FORWARDED (TCP Flags: SYN)\n',
    ),
  );
  await until(async () => (await row(id)).state !== 'running');
  assert.equal((await row(id)).state, 'failed');
  assert.match(await answer, /^HTTP\/1.1 415\b[\s\S]*-o json/);
});

test('curl -T - is all it takes', async () => {
  const curl = spawn('curl', ['-sS', '-T', '-', `${base}/api/flows/import`]);
  let answer = '';
  curl.stdout.on('data', (data: Buffer) => (answer += data.toString()));
  curl.stdin.write(lines(...capture(5)));
  await until(() => sql('SELECT count(*) FROM flows') === '5');
  curl.stdin.end(lines(flow()));
  await new Promise((resolve) => curl.on('close', resolve));
  const result = JSON.parse(answer) as { accepted: number; state: string };
  assert.deepEqual([result.accepted, result.state], [6, 'done']);
});

test('a short body without a length is known when it comes again', async () => {
  const body = lines(...capture(10));
  const stream = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(body));
        controller.close();
      },
    });
  const first = await call('uploadFlows', { body: stream() });
  assert.deepEqual([first.stream, first.already_imported], [true, false]);
  const again = await call('uploadFlows', { body: stream() });
  assert.deepEqual([again.already_imported, again.import_id], [true, first.import_id]);
});
