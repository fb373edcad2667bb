// A database that goes away: what was in hand is refused as passing, and nothing is half stored.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { call, forgetFlows, sql } from './support/client.ts';
import { flow, lines } from './support/flows.ts';
import { answerOf, reach, until, uploadBy } from './support/imports.ts';

beforeEach(forgetFlows);

const cutConnections = () =>
  sql(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE application_name = 'cpa' AND pid <> pg_backend_pid()`);

test('a connection that broke while idle is opened again', async () => {
  await call('importFlows', { body: lines(flow()) });
  for (let i = 0; i < 8; i += 1) {
    cutConnections();
    assert.equal((await call('listFlows')).items.length, 1);
  }
  cutConnections();
  assert.equal((await call('importFlows', { body: lines(flow()) })).accepted, 1);
  cutConnections();
  assert.equal((await call('deleteFlows', { query: { namespace: 'shop' } })).deleted, 2);
});

/** A body of which the second half comes when `between` is done. */
function slow(first: string, second: string, between: () => void): ReadableStream {
  let part = 0;
  return new ReadableStream({
    async pull(controller) {
      part += 1;
      if (part === 1) {
        controller.enqueue(new TextEncoder().encode(first));
      } else if (part === 2) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        between();
        await new Promise((resolve) => setTimeout(resolve, 500)); // ending takes a moment
        controller.enqueue(new TextEncoder().encode(second));
      } else {
        controller.close();
      }
    },
  });
}

test('a database lost while an import is still reading is reached again', async () => {
  const flows = Array.from({ length: 400 }, () => flow());
  const result = await call('importFlows', {
    body: slow(lines(...flows.slice(0, 200)), lines(...flows.slice(200)), cutConnections),
  });
  assert.deepEqual([result.accepted, result.duplicates], [400, 0]);
});

test('a database lost after a part was stored is a 503 that says when to come back; nothing is kept, and the retry stores all of it once', async () => {
  const flows = Array.from({ length: 66_000 }, () => flow()); // more than a batch
  const halves = [lines(...flows.slice(0, 65_800)), lines(...flows.slice(65_800))] as const;
  const [first, second] = [Buffer.from(halves[0]), Buffer.from(halves[1])];
  const socket = await reach();
  const answer = answerOf(socket);
  uploadBy(socket, '', first.length + second.length);
  socket.write(first);
  await until(
    () =>
      sql(`SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE l.relation = 'flows'::regclass AND l.mode = 'RowExclusiveLock'
          AND a.state = 'idle in transaction'`) !== '0',
  );
  assert.equal(sql('SELECT count(*) FROM flows'), '0');
  cutConnections();
  socket.write(second);
  const reply = await answer;
  assert.match(reply, /^HTTP\/1.1 503\b[\s\S]*\r\nRetry-After: \d+\r\n[\s\S]*"code":"unavailable"/);
  assert.equal(sql('SELECT count(*) FROM flows'), '0');
  assert.equal((await call('listConnections')).items.length, 0);
  const retry = await call('importFlows', { body: halves.join('') });
  assert.deepEqual([retry.accepted, retry.duplicates], [66_000, 0]);
});
