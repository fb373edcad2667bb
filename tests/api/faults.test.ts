// A database that goes away: what was in hand is refused as passing, and nothing is half stored.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { call, forgetFlows, refused, send, sql } from './support/client.ts';
import { flow, lines } from './support/flows.ts';

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
        controller.enqueue(new TextEncoder().encode(second));
      } else {
        controller.close();
      }
    },
  });
}

test('a database lost in the middle of an import is a 503, and the retry stores all of it once', async () => {
  const flows = Array.from({ length: 400 }, () => flow());
  const halves = [lines(...flows.slice(0, 200)), lines(...flows.slice(200))] as const;
  const problem = await refused('importFlows', 503, {
    body: slow(halves[0], halves[1], cutConnections),
  });
  assert.equal(problem.code, 'unavailable');
  assert.equal(sql('SELECT count(*) FROM flows'), '0');
  assert.equal((await call('listConnections')).items.length, 0);
  const retry = await call('importFlows', { body: halves.join('') });
  assert.deepEqual([retry.accepted, retry.duplicates], [400, 0]);
});

test('a 503 says when to come back', async () => {
  const reply = await send('importFlows', {
    body: slow(lines(flow()), lines(flow()), cutConnections),
  });
  assert.equal(reply.status, 503);
  assert.match(reply.headers.get('Retry-After') ?? '', /^\d+$/);
});
