// What the workers' role may do, table by table, and that the database itself holds them to it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

/** What psql prints for a script in one session, as the owner or as another role. */
function psql(script: string, role = process.env['PGUSER'] ?? ''): string {
  const options = ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-f', '-'];
  return execFileSync('psql', options, {
    input: script,
    encoding: 'utf8',
    stdio: 'pipe',
    env: { ...process.env, PGUSER: role },
  }).trim();
}
const asWorker = (script: string) => psql(script, 'cpa_app');

/** Tables that are not all four; a new one is written down here before it can be less than that. */
const less: Record<string, string> = {
  audit: 'SELECT INSERT',
  audit_head: 'SELECT',
  import_report: 'SELECT',
  instance: 'SELECT UPDATE',
  policies: 'SELECT INSERT UPDATE',
  policy_current: 'SELECT',
  policy_versions: 'SELECT INSERT',
  schema_migrations: 'SELECT',
  tokens: 'SELECT INSERT UPDATE',
};

test('cpa_app changes rows, and only adds to history', () => {
  const rows = psql(`
    SELECT c.relname || ' ' || concat_ws(' ', VARIADIC ARRAY(
      SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES',
        'TRIGGER']) p WHERE has_table_privilege('cpa_app', c.oid, p)
        OR (p IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
          AND has_any_column_privilege('cpa_app', c.oid, p))))
    FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'p')
    ORDER BY 1`).split('\n');
  assert.ok(rows.length > 15);
  for (const row of rows) {
    const [table, ...may] = row.split(' ');
    assert.equal(may.join(' '), less[table!] ?? 'SELECT INSERT UPDATE DELETE', table);
  }
  for (const table of Object.keys(less)) {
    assert.ok(rows.some((row) => row.startsWith(`${table} `)), `there is no ${table}`);
  }
});

for (const [what, script] of Object.entries({
  'change the audit': "UPDATE audit SET actor = 'somebody else'",
  'delete from the audit': 'DELETE FROM audit',
  'empty the audit': 'TRUNCATE audit',
  'move the end of the audit': 'UPDATE audit_head SET id = 0',
  'change a version': "UPDATE policy_versions SET yaml = ''",
  'delete a version': 'DELETE FROM policy_versions',
  'empty the versions': 'TRUNCATE policy_versions',
  'delete a policy with its history': 'DELETE FROM policies',
  'pretend a migration': "INSERT INTO schema_migrations VALUES ('9999')",
  'make a table': 'CREATE TABLE public.mine (id int)',
  'change a table': 'ALTER TABLE flows ADD COLUMN mine int',
  'drop a table': 'DROP TABLE audit',
  'switch a trigger off': 'ALTER TABLE policy_versions DISABLE TRIGGER ALL',
  'switch all triggers off': 'SET session_replication_role = replica',
  'replace a function': 'CREATE OR REPLACE FUNCTION public.pending_prepare() RETURNS void LANGUAGE sql AS $$ $$',
  'become the owner': 'SET ROLE cpa_owner',
  'run a program': "COPY (SELECT 1) TO PROGRAM 'true'",
})) {
  test(`cpa_app cannot ${what}`, () => {
    assert.throws(() => asWorker(script), /permission denied|must be (owner|superuser)/);
  });
}

test('cpa_app says what happened, but neither when, nor in which order, nor the hash', () => {
  const columns = psql(`SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = 'audit'::regclass AND attnum > 0
      AND NOT has_column_privilege('cpa_app', attrelid, attname, 'INSERT')`);
  assert.equal(columns, 'id at previous hash');
});

test('cpa_app makes and drops the days of flows by the functions for it alone', () => {
  asWorker("SELECT flows_add_days('{1998-03-01}')");
  assert.throws(() => asWorker('DROP TABLE flows_p19980301'), /must be owner/);
  assert.equal(asWorker("SELECT flows_drop_days('1998-03-02')"), '1');
});

test("the functions that run as the owner look nowhere but in the product's own schema", () => {
  const loose = psql(`SELECT proname FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prosecdef
      AND NOT coalesce(proconfig, '{}') @> ARRAY['search_path=public, pg_temp']`);
  assert.equal(loose, '');
  // nothing that PUBLIC may call runs as the owner
  const open = psql(`SELECT proname FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prosecdef
      AND (proacl IS NULL OR proacl::text ~ '[{,]=X')`);
  assert.equal(open, '');
});

test('the role limits how long its statements, locks and pauses may take', () => {
  assert.equal(
    asWorker('SHOW statement_timeout; SHOW lock_timeout; SHOW idle_in_transaction_session_timeout'),
    '30s\n5s\n30s',
  );
});
