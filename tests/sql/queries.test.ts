// Every statement of sql/queries fits the migrated schema, and the schema keeps its rules.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const folder = new URL('../../sql/queries/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort();

/** What psql prints for a script in one session. */
function psql(script: string): string {
  const options = ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-f', '-'];
  return execFileSync('psql', options, { input: script, encoding: 'utf8', stdio: 'pipe' }).trim();
}

test('there are statements', () => assert.ok(files.length > 40));

for (const name of files) {
  test(`${name} explains itself and fits the schema`, () => {
    const query = readFileSync(new URL(name, folder), 'utf8').trimEnd();
    assert.match(query, /^-- \S/, 'a comment at the head says what it does');
    const statement = query.replaceAll(/^--.*\n/gm, '');
    assert.equal(statement.indexOf(';'), statement.length - 1, 'one statement, with a semicolon');
    const copy = /^COPY (\w+) \(([^)]*)\)\s+FROM STDIN \(FORMAT binary\);$/.exec(statement);
    // COPY cannot be prepared: its table and columns must be there
    const check = copy
      ? `SELECT ${copy[2]} FROM ${copy[1]} LIMIT 0`
      : `PREPARE statement AS ${statement}`;
    psql(`SELECT pending_prepare(); ${check};`);
  });
}

/** A dump without what differs between versions and runs of pg_dump. */
const plain = (dump: string) =>
  dump
    .split('\n')
    .filter((line) => !/^(--|\\(un)?restrict|SET |SELECT pg_catalog\.set_config|$)/.test(line))
    .join('\n');

test('sql/schema.sql is what the migrations make', () => {
  const dump = execFileSync(new URL('../../sql/dump', import.meta.url).pathname, {
    encoding: 'utf8',
  });
  const kept = readFileSync(new URL('../../sql/schema.sql', import.meta.url), 'utf8');
  assert.equal(plain(dump), plain(kept), 'sql/dump writes it anew');
});

test('a policy version is never changed or deleted', () => {
  const changes = [
    "UPDATE policy_versions SET yaml = ''",
    'DELETE FROM policy_versions',
    'TRUNCATE policy_versions',
  ];
  for (const change of changes) {
    assert.throws(() => psql(change), /never changed or deleted/);
  }
});

test('days are made once, for both tables, and dropped together', () => {
  const days = () =>
    psql(`SELECT count(*) FROM pg_inherits
      WHERE inhparent IN ('flows'::regclass, 'flow_l7'::regclass)
        AND inhrelid::regclass::text LIKE '%_p1999%'`);
  psql(`SELECT flows_add_days('{1999-12-30,1999-12-31,1999-12-30}');
    SELECT flows_add_days('{1999-12-31}')`);
  assert.equal(days(), '4');
  assert.equal(psql("SELECT flows_drop_days('1999-12-31')"), '1');
  assert.equal(days(), '2');
  assert.equal(psql("SELECT flows_drop_days('2000-01-01')"), '1');
  assert.equal(days(), '0');
});

test('a day that is over gets an index by connection, once, and it goes with the day', () => {
  const indexes = () =>
    psql("SELECT count(*) FROM pg_class WHERE relname LIKE 'flows_p1999%_connection' AND relkind = 'i'");
  psql("SELECT flows_add_days('{1999-12-30,1999-12-31}')");
  assert.equal(psql("SELECT flows_index_day('1999-12-31')"), 'flows_p19991230');
  assert.equal(psql("SELECT flows_index_day('1999-12-31')"), '');
  assert.equal(indexes(), '1');
  assert.equal(psql("SELECT flows_index_day('2000-01-01')"), 'flows_p19991231');
  psql("SELECT flows_drop_days('2000-01-01')");
  assert.equal(indexes(), '0');
});
