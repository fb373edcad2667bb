// A database that was filled by an earlier version is brought up to date with what it holds.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

const folder = new URL('../../sql/migrations/', import.meta.url);
const migrations = readdirSync(folder).sort();
const database = `upgrade_${process.pid}`;

function psql(script: string, environment: Record<string, string> = { PGDATABASE: database }): string {
  const options = ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-f', '-'];
  const env = { ...process.env, ...environment };
  return execFileSync('psql', options, { input: script, encoding: 'utf8', stdio: 'pipe', env }).trim();
}

/** Applies migrations as dbmate does: each in a transaction. */
function migrate(wanted: (number: number) => boolean): void {
  for (const name of migrations.filter((file) => wanted(Number(file.slice(0, 4))))) {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const up = /-- migrate:up([\s\S]*?)-- migrate:down/.exec(text)?.[1] ?? assert.fail(name);
    psql(`BEGIN; ${up}; INSERT INTO schema_migrations VALUES ('${name.slice(0, 4)}'); COMMIT`);
  }
}

before(() => {
  psql(`CREATE DATABASE ${database}`, {});
  psql('CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)');
});
after(() => psql(`DROP DATABASE ${database}`, {}));

test('the audit of the first version becomes a chain, in its order and with its times', () => {
  migrate((number) => number <= 4);
  psql(`INSERT INTO audit (at, actor, request_id, action, object, detail)
      SELECT timestamptz '2026-03-01 10:00:00Z' + n * interval '1 minute', 'user ' || n, 'request', 'policy.update', '7',
        jsonb_build_object('version', n) FROM generate_series(1, 5) n;
    DELETE FROM audit WHERE actor = 'user 3'; -- a number that a rolled back change had taken
    INSERT INTO identities (key, class, cluster, namespace, labels, number, pod, address, workload, workload_kind)
      VALUES (gen_random_uuid(), 1, 'default', 'shop', '{}', 7, 'web', '', 'web', '');
    INSERT INTO connections (client_id, server_id, protocol, port, client_port, icmp_type, standing, events)
      SELECT 1, 1, 1, port, 0, 0, 0, 5 FROM generate_series(80, 81) AS port;
    INSERT INTO connection_outcomes VALUES (1, 0, 3, 2), (1, 1, 0, 3)`);
  migrate((number) => number > 4);
  const rows = psql("SELECT id, actor, to_char(at AT TIME ZONE 'UTC', 'HH24:MI'), after_version, outcome FROM audit ORDER BY id");
  assert.deepEqual(rows.split('\n'), [
    '1|user 1|10:01|1|done',
    '2|user 2|10:02|2|done',
    '3|user 4|10:04|4|done',
    '4|user 5|10:05|5|done',
  ]);
  const program = process.env['CPA_PROGRAM'] ?? assert.fail('CPA_PROGRAM is not set');
  const { status, stdout } = spawnSync(program, ['audit', 'verify'], {
    encoding: 'utf8',
    env: { ...process.env, PGDATABASE: database, PGUSER: 'cpa_app' },
  });
  assert.deepEqual([status, stdout.slice(0, 12)], [0, 'unbroken: 4:']);
});

test('what events proved stays known of their connection', () => {
  const zeros = (count: number) => Array.from({ length: count }, () => 0);
  const proved = [...zeros(3), 2, ...zeros(4), 3, ...zeros(7)];
  assert.equal(
    psql('SELECT id, outcomes FROM connections ORDER BY id'),
    `1|{${proved.join(',')}}\n2|{}`,
  );
});

test('what came with a later version belongs to the workers, too', () => {
  const missing = psql(`SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT has_table_privilege('cpa_app', oid, 'SELECT')`);
  assert.equal(missing, '');
});
