// The rules that let sql/distribute.sql spread flows over several machines, on the ordinary schema.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const top = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, top), 'utf8');

function psql(script: string): string {
  const options = ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-f', '-'];
  return execFileSync('psql', options, { input: script, encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** Table and column of each call in the script. */
const distributed = [
  ...read('sql/distribute.sql').matchAll(/^SELECT create_distributed_table\('(\w+)', '(\w+)'/gm),
].map(([, table, column]) => ({ table: table!, column: column! }));
const tables = distributed.map(({ table }) => table);
const names = tables.join('|');

/** The text of every statement and function that names a distributed table. */
const statements = () => [
  ...readdirSync(new URL('sql/queries/', top)).map((name) => ({
    name,
    text: read(`sql/queries/${name}`).replaceAll(/^--.*\n/gm, ''),
  })),
  ...psql(`SELECT proname || E'\\x01' || coalesce(prosrc, '') || E'\\x02' FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace`)
    .split('\x02')
    .filter((row) => row.includes('\x01'))
    .map((row) => row.trim().split('\x01'))
    .map(([name, text]) => ({ name: name!, text: text! })),
];

test('every table that is kept by the day is distributed, by one column and side by side', () => {
  const partitioned = psql(`SELECT relname FROM pg_class
    WHERE relkind = 'p' AND relnamespace = 'public'::regnamespace ORDER BY 1`);
  assert.deepEqual(partitioned.split('\n'), tables.toSorted());
  assert.deepEqual([...new Set(distributed.map(({ column }) => column))], ['id']);
  assert.match(read('sql/distribute.sql'), /'flow_l7', 'id', colocate_with => 'flows'/);
});

for (const { table, column } of distributed) {
  test(`${table}: keys hold the day and ${column}, nothing refers to it, no trigger, no sequence`, () => {
    const rows = psql(`
      WITH parts AS (SELECT relid::oid FROM pg_partition_tree('${table}'))
      SELECT 'index ' || i.indexrelid::regclass FROM pg_index i
      WHERE i.indrelid IN (SELECT relid FROM parts)
        AND (i.indisunique OR i.indisprimary OR i.indisexclusion) AND NOT (
        SELECT array_agg(a.attname::text) @> (
          SELECT array_agg(k.attname::text) || '${column}'::text
          FROM pg_partitioned_table p, unnest(p.partattrs::int2[]) AS n
          JOIN pg_attribute k ON k.attrelid = '${table}'::regclass AND k.attnum = n
          WHERE p.partrelid = '${table}'::regclass)
        FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
      UNION ALL SELECT 'reference ' || conname FROM pg_constraint
      WHERE contype = 'f' AND (conrelid IN (SELECT relid FROM parts) OR confrelid IN (SELECT relid FROM parts))
      UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgrelid IN (SELECT relid FROM parts)
      UNION ALL SELECT 'rule ' || rulename FROM pg_rewrite WHERE ev_class IN (SELECT relid FROM parts)
      UNION ALL SELECT 'policy ' || polname FROM pg_policy WHERE polrelid IN (SELECT relid FROM parts)
      UNION ALL SELECT 'default ' || a.attname FROM pg_attribute a
      WHERE a.attrelid IN (SELECT relid FROM parts) AND a.attnum > 0
        AND (a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '')`);
    assert.equal(rows, '');
    const keys = psql(`SELECT count(*) FROM pg_index WHERE indrelid = '${table}'::regclass AND indisprimary
      UNION ALL SELECT count(*) FROM pg_attribute WHERE attrelid = '${table}'::regclass
        AND attname = '${column}' AND attnotnull`);
    assert.equal(keys, '1\n1', 'there is a key, and a column to distribute by');
  });
}

test('what an insert stored is counted by RETURNING: its command tag counts what was offered', () => {
  const inserts = statements().flatMap(({ name, text }) =>
    [...text.matchAll(new RegExp(`INSERT INTO (${names})\\b[^;]*`, 'g'))].map(([insert]) => ({ name, insert })),
  );
  const checked = inserts.filter(({ insert }) => insert.includes('ON CONFLICT'));
  assert.ok(checked.length > 0);
  for (const { name, insert } of checked) {
    assert.match(insert, /\bRETURNING\b/, name);
  }
  const sources = readdirSync(new URL('backend/src/store/', top)).filter((name) => /\.[ch]$/.test(name));
  for (const name of sources) {
    assert.doesNotMatch(read(`backend/src/store/${name}`), /PQcmdTuples/, name);
  }
  for (const { name, text } of statements()) {
    assert.doesNotMatch(text, /GET DIAGNOSTICS|\bROW_COUNT\b/i, name);
  }
});

test('a query reads flows, or the small tables, never both at one level', () => {
  const small = psql(`SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND NOT relispartition`).split('\n');
  const mixed = new RegExp(`\\b(FROM|JOIN)\\s+(${small.join('|')})\\b`);
  let checked = 0;
  for (const { name, text } of statements()) {
    for (const level of levels(text)) {
      if (new RegExp(`\\b(FROM|JOIN)\\s+(${names})\\b`).test(level)) {
        checked += 1;
        assert.doesNotMatch(level, mixed, name);
      }
    }
  }
  assert.ok(checked > 8);
});

/** The text of each pair of brackets and of the whole, without the brackets inside. */
function levels(text: string): string[] {
  const done: string[] = [];
  const open = [''];
  for (const part of text.split(/([()])/)) {
    if (part === '(') {
      open.push('');
    } else if (part === ')' && open.length > 1) {
      done.push(open.pop()!);
    } else {
      open[open.length - 1] += part;
    }
  }
  return [...done, ...open].flatMap((level) => level.split(';'));
}

test('duplicates are found by the key alone', () => {
  for (const { name, text } of statements()) {
    for (const [, target] of text.matchAll(new RegExp(`INSERT INTO (?:${names})\\b[^;]*?ON CONFLICT \\(([^)]*)\\)`, 'g'))) {
      assert.equal(target, 'time, id', name);
    }
  }
});
