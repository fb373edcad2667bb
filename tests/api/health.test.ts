// What those who look after the machine ask: is it alive, is it ready, and how much does it do.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { base, call, refused, send, sql } from './support/client.ts';
import { flow, lines } from './support/flows.ts';

const listener = (name: string) => process.env[name] ?? assert.fail(`${name} is not set`);
const metrics = listener('STACK_METRICS_URL');

const ready = { query: { verbose: true } };
const failing = (problem: unknown) =>
  (problem as { checks: { name: string; ok: boolean; problem: string | null }[] }).checks.filter(
    ({ ok }) => !ok,
  );

/** Undoes what a test did to the database, even when it fails. */
async function meanwhile(broken: string, mended: string, run: () => Promise<void>): Promise<void> {
  sql(broken);
  try {
    await run();
  } finally {
    sql(mended);
  }
  assert.deepEqual(await call('ready'), { status: 'ok' });
}

test('it is alive and ready, and tells the checks when asked', async () => {
  assert.deepEqual(await call('live'), { status: 'ok' });
  assert.deepEqual(await call('ready'), { status: 'ok' });
  assert.deepEqual(await call('ready', ready), {
    status: 'ok',
    replica: null,
    checks: ['database', 'schema', 'partitions'].map((name) => ({ name, ok: true, problem: null })),
  });
});

test('without room for the flows of tomorrow it is not ready', async () => {
  const day = "(now() AT TIME ZONE 'UTC')::date + 1";
  await meanwhile(
    `DO $$ BEGIN EXECUTE format('DROP TABLE flows%s', to_char(${day}, '"_p"YYYYMMDD')); END $$`,
    `DO $$ BEGIN EXECUTE format('DROP TABLE flow_l7%s', to_char(${day}, '"_p"YYYYMMDD')); END $$;
     SELECT flows_add_days(ARRAY[${day}])`,
    async () => {
      const problem = await refused('ready', 503, ready);
      assert.match(problem.detail, /cpa maintain/);
      assert.deepEqual(
        failing(problem).map(({ name }) => name),
        ['partitions'],
      );
      assert.equal((await refused('ready', 503)).detail, problem.detail);
    },
  );
});

test('without a migration that the program knows it is not ready', async () => {
  await meanwhile(
    "DELETE FROM schema_migrations WHERE version = '0002'",
    "INSERT INTO schema_migrations VALUES ('0002')",
    async () => {
      const problem = await refused('ready', 503, ready);
      assert.equal(problem.detail, 'Apply sql/migrations; these are missing: 0002.');
      assert.deepEqual(
        failing(problem).map(({ name }) => name),
        ['schema'],
      );
    },
  );
  await meanwhile(
    'ALTER TABLE schema_migrations RENAME TO elsewhere',
    'ALTER TABLE elsewhere RENAME TO schema_migrations',
    async () => assert.match((await refused('ready', 503)).detail, /no schema yet/),
  );
});

test('a database that cannot be written is not ready', async () => {
  const reconnect = 'SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity';
  const app = `${reconnect} WHERE usename = 'cpa_app'`;
  await meanwhile(
    `ALTER ROLE cpa_app SET default_transaction_read_only = on; ${app}`,
    `ALTER ROLE cpa_app RESET default_transaction_read_only; ${app}`,
    async () => {
      const problem = await refused('ready', 503, ready);
      assert.match(problem.detail, /only be read/);
      assert.deepEqual(
        failing(problem).map(({ name }) => name),
        ['database'],
      );
      assert.deepEqual(await call('live'), { status: 'ok' });
    },
  );
});

/** Series and their values; fails on a line that is not of the text format. */
async function scrape(): Promise<Map<string, number>> {
  const response = await fetch(`${metrics}/metrics`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('Content-Type'), 'text/plain; version=0.0.4; charset=utf-8');
  const series = new Map<string, number>();
  const typed = new Set<string>();
  for (const line of (await response.text()).trimEnd().split('\n')) {
    const [, type] = /^# TYPE ([a-z_]+) (?:counter|gauge|histogram)$/.exec(line) ?? [];
    if (type) {
      assert.ok(!typed.has(type), line);
      typed.add(type);
    } else if (!/^# HELP [a-z_]+ .+/.test(line)) {
      const [, name, value] =
        /^([a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+\})?) (-?[0-9.e+-]+)$/.exec(line) ??
        assert.fail(`not of the format: ${line}`);
      assert.ok(
        typed.has(name!.replace(/\{.*/, '').replace(/_(bucket|sum|count)$/, '')) ||
          typed.has(name!.replace(/\{.*/, '')),
        line,
      );
      assert.ok(!series.has(name!), `twice: ${name}`);
      series.set(name!, Number(value));
    }
  }
  return series;
}
const total = (method: string, route: string, code: number) =>
  `cpa_http_requests_total{method="${method}",route="${route}",code="${code}"}`;

test('requests of all workers are counted by route and status', async () => {
  const before = await scrape();
  const rise = (after: Map<string, number>, name: string) =>
    (after.get(name) ?? 0) - (before.get(name) ?? 0);
  await Promise.all(Array.from({ length: 30 }, () => send('listPolicies')));
  await Promise.all(
    Array.from({ length: 5 }, () => refused('getPolicy', 404, { path: { policy_id: 'none' } })),
  );
  await fetch(`${base}/api/no-such-thing/secret`);
  const after = await scrape();
  assert.equal(rise(after, total('GET', '/api/policies', 200)), 30);
  assert.equal(rise(after, total('GET', '/api/policies/{policy_id}', 404)), 5);
  assert.equal(rise(after, total('', '', 404)), 1);
  assert.equal(rise(after, total('GET', '/metrics', 200)), 1);
  const labels = 'method="GET",route="/api/policies"';
  const seconds = 'cpa_http_request_duration_seconds';
  assert.equal(rise(after, `${seconds}_count{${labels}}`), 30);
  assert.equal(rise(after, `${seconds}_bucket{${labels},le="+Inf"}`), 30);
  assert.equal(rise(after, `${seconds}_bucket{${labels},le="60"}`), 30);
  assert.ok(rise(after, `${seconds}_sum{${labels}}`) > 0);
  assert.ok(![...after.keys()].some((name) => name.includes('secret')));
});

test('workers, the database and what was imported are told', async () => {
  const before = await scrape();
  assert.equal(
    before.get('cpa_workers{state="busy"}')! + before.get('cpa_workers{state="idle"}')!,
    10,
  );
  assert.equal(before.get('cpa_database_up'), 1);
  assert.equal(before.get('cpa_partition_ahead_days'), 7);
  assert.equal([...before].find(([name]) => name.startsWith('cpa_build_info{'))?.[1], 1);
  const cluster = 'a "quoted" \\ name';
  const time = '2026-03-02T10:00:00Z';
  const body = lines(flow({ time }), flow({ time, port: 9090 }), 'no record');
  await call('importFlows', { query: { cluster }, body });
  const after = await scrape();
  for (const [result, count] of [
    ['accepted', 2],
    ['rejected', 1],
    ['duplicate', 0],
  ] as const) {
    const name = `cpa_ingest_records_total{result="${result}"}`;
    assert.equal(after.get(name)! - before.get(name)!, count, result);
  }
  assert.equal(
    after.get('cpa_ingest_last_flow_timestamp_seconds{cluster="a \\"quoted\\" \\\\ name"}'),
    Date.parse(time) / 1000,
  );
});

test('metrics are on their own listener alone, and nothing else is there', async () => {
  const portal = await fetch(`${base}/metrics`);
  assert.match(portal.headers.get('Content-Type')!, /^text\/html/);
  assert.equal((await fetch(`${listener('STACK_AUTOMATION_URL')}/metrics`)).status, 404);
  for (const path of ['/', '/api/session', '/api/policies', '/livez']) {
    assert.equal((await fetch(`${metrics}${path}`)).status, 404, path);
  }
});

test("a request's trace is in the log, a malformed one is not", async () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const logged = async (id: string, traceparent: string) => {
    await fetch(`${base}/api/session`, { headers: { 'X-Request-Id': id, traceparent } });
    for (let tries = 0; tries < 50; tries += 1) {
      const line = readFileSync(listener('STACK_LOG'), 'utf8')
        .split('\n')
        .find((one) => one.includes(` id=${id} `));
      if (line) {
        return line;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return assert.fail(`no line of ${id}`);
  };
  assert.ok(
    (await logged('trace-good', `00-${trace}-b7ad6b7169203331-01`)).includes(` trace=${trace} `),
  );
  assert.doesNotMatch(await logged('trace-bad', `00-${trace}-b7ad6b7169203331`), / trace=/);
});
