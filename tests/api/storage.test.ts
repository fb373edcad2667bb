// Old flows go, what they taught stays, and what is left is shown.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { call, forgetFlows, sql } from './support/client.ts';
import { flow, lines } from './support/flows.ts';
import { stored as policyStored } from './support/policies.ts';
import { reach, until, uploadBy } from './support/imports.ts';

beforeEach(forgetFlows);

const program = process.env['CPA_PROGRAM'] ?? 'build-asan/cpa';
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
const dayOf = (date: Date) => date.toISOString().slice(0, 10);

/** Of a program of the product, as the workers' role. */
function environment(days: number): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, PGUSER: 'cpa_app', CPA_AUTH_MODE: 'dev', CPA_RETENTION_DAYS: String(days) };
  delete env['CPA_PROGRAM'];
  delete env['CPA_SHARED'];
  return env;
}

/** `cpa maintain --once` as the workers' role; the exit code and the log. */
function maintain(days: number): { code: number | null; log: string; ms: number } {
  const begun = Date.now();
  const run = spawnSync(program, ['maintain', '--once'], {
    env: environment(days),
    encoding: 'utf8',
  });
  return { code: run.status, log: run.stdout + run.stderr, ms: Date.now() - begun };
}

test('days that are too old are dropped; connections, counts by the hour and policies stay', async () => {
  const ages = [100, 40, 31, 29, 1];
  await call('importFlows', {
    body: lines(...ages.map((age) => flow({ time: daysAgo(age).toISOString() }))),
  });
  const policy = await policyStored();
  const before = await call('getStorage');
  assert.deepEqual(
    before.days.map(({ day }) => day),
    ages.map((age) => dayOf(daysAgo(age))).toReversed(),
  );
  assert.equal(before.oldest_day, dayOf(daysAgo(100)));
  assert.equal(
    before.flows_bytes,
    before.days.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  assert.ok(before.database_bytes > before.flows_bytes && before.flows_bytes > 0);
  assert.equal(before.retention_days, 0);

  const { code, log } = maintain(30);
  assert.equal(code, 0, log);
  assert.match(log, /dropped_days=3\b/);
  const after = await call('getStorage');
  assert.deepEqual(
    after.days.map(({ day }) => day),
    [1, 29].map((age) => dayOf(daysAgo(age))),
  );
  assert.equal((await call('listFlows')).items.length, 2);
  assert.equal((await call('listConnections')).items[0]!.events, 5);
  assert.equal(sql('SELECT sum(events) FROM connection_hours'), '5');
  assert.equal((await call('getPolicy', { path: policy.path })).version, 1);
});

test('0 keeps everything, and a week is made ahead', async () => {
  await call('importFlows', { body: lines(flow({ time: daysAgo(4000).toISOString() })) });
  assert.equal(maintain(0).code, 0);
  assert.equal((await call('getStorage')).days.length, 1);
  for (let ahead = 0; ahead <= 7; ahead += 1) {
    const part = `flows_p${dayOf(daysAgo(-ahead)).replaceAll('-', '')}`;
    assert.equal(sql(`SELECT to_regclass('${part}') IS NOT NULL`), 't', part);
  }
});

test('flows of days that would be dropped are refused, since they would count twice when they come again', async () => {
  const ages = [32, 31, 30, 29];
  const body = lines(...ages.map((age) => flow({ time: daysAgo(age).toISOString() })));
  const folder = mkdtempSync(join(tmpdir(), 'cpa-worker-'));
  const socket = join(folder, 'worker.sock');
  const worker = spawn('spawn-fcgi', ['-n', '-s', socket, '--', program, 'worker'], {
    env: environment(30),
  });
  try {
    await until(() => existsSync(socket));
    const answer = execFileSync('cgi-fcgi', ['-bind', '-connect', socket], {
      input: body,
      env: {
        ...process.env,
        REQUEST_METHOD: 'POST',
        REQUEST_URI: '/api/flows/import',
        CONTENT_LENGTH: String(Buffer.byteLength(body)),
        REMOTE_ADDR: '127.0.0.1',
        HTTP_HOST: '127.0.0.1',
        CPA_LISTENER: 'portal',
      },
      encoding: 'utf8',
    });
    const result = JSON.parse(answer.slice(answer.indexOf('{'))) as {
      accepted: number;
      rejected: number;
      errors: { field: string; detail: string }[];
    };
    assert.deepEqual([result.accepted, result.rejected], [2, 2], answer);
    assert.equal(result.errors[0]!.field, 'time');
    assert.match(result.errors[0]!.detail, new RegExp(`kept, ${dayOf(daysAgo(30))}T00:00:00`));
  } finally {
    worker.kill();
    rmSync(folder, { recursive: true });
  }
  assert.deepEqual(
    (await call('getStorage')).days.map(({ day }) => day),
    [29, 30].map((age) => dayOf(daysAgo(age))),
  );
});

test('dropping waits for nobody long, so that nobody waits behind it', async () => {
  await call('importFlows', { body: lines(flow({ time: daysAgo(50).toISOString() })) });
  // an import that has stored a part and then pauses
  const time = daysAgo(1).toISOString();
  const body = lines(...Array.from({ length: 66_000 }, () => flow({ time })));
  const socket = await reach();
  uploadBy(socket, '', Buffer.byteLength(body));
  socket.write(body.slice(0, -1));
  await until(() => sql("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'") === '1');
  const { code, log, ms } = maintain(30);
  assert.equal(code, 1);
  assert.match(log, /code=busy/);
  assert.ok(ms < 5000, `${ms} ms`);
  assert.equal((await call('getStorage')).oldest_day, dayOf(daysAgo(50)));
  socket.write('\n');
  await until(() => maintain(30).code === 0);
  assert.notEqual((await call('getStorage')).oldest_day, dayOf(daysAgo(50)));
  socket.destroy();
});
