// Captures of other people's clusters, tools and documents, each with what must become of it. They are
// not ours to publish: the folder is named by CPA_SHARED.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { call, forgetFlows, sql } from './support/client.ts';

type Counts = {
  received: number;
  accepted: number;
  duplicates?: number;
  rejected?: number;
  lost?: number;
  ignored?: Record<string, number>;
};

/** By the number at the head of the file's name. Why, where it is not "everything was stored". */
const expected: Record<string, Counts> = {
  '01': { received: 348, accepted: 348 },
  '02': { received: 400, accepted: 400 },
  '03': { received: 18, accepted: 18 },
  '04': { received: 10, accepted: 10 },
  '05': { received: 5, accepted: 5 },
  // 30 lines are there twice, byte for byte
  '06': { received: 400, accepted: 370, duplicates: 30 },
  '07': { received: 226, accepted: 226 },
  '08': { received: 3, accepted: 3 },
  '09': { received: 3, accepted: 3 },
  '10': { received: 5, accepted: 5 },
  '11': { received: 2, accepted: 2 },
  '12': { received: 16, accepted: 16 },
  // begins with {"lost_events": ...}
  '13': { received: 481, accepted: 480, lost: 1, ignored: { lost_events: 1 } },
  '14': { received: 1, accepted: 1 },
  '15': { received: 4, accepted: 4 },
  '16': { received: 3, accepted: 3 },
  '17': { received: 4, accepted: 4 },
  // one line is no JSON
  '18': { received: 3, accepted: 2, rejected: 1 },
  '19': { received: 3, accepted: 3 },
  '20': { received: 3, accepted: 3 },
  // a flow of 1970, and a debug event
  '21': { received: 2, accepted: 1, ignored: { debug_event: 1 } },
  // the error message of a shell
  '22': { received: 1, accepted: 0, rejected: 1 },
};

const folder = `${process.env['CPA_SHARED'] ?? ''}/data/flows`;
const skip = existsSync(folder) ? false : 'CPA_SHARED names no folder with captures';
const files = skip ? [] : readdirSync(folder).filter((name) => /^\d\d-.*\.jsonl?$/.test(name));

before(forgetFlows);

test('the captures are there', { skip }, () => {
  assert.deepEqual(files.map((name) => name.slice(0, 2)).sort(), Object.keys(expected).sort());
});

for (const name of files) {
  test(name, async () => {
    const wanted = expected[name.slice(0, 2)];
    const body = readFileSync(`${folder}/${name}`);
    const result = await call('importFlows', { body: new Uint8Array(body), query: { name } });
    assert.deepEqual(
      {
        received: result.received,
        accepted: result.accepted,
        duplicates: result.duplicates,
        rejected: result.rejected,
        lost: result.lost_events,
        ignored: result.ignored,
      },
      { duplicates: 0, rejected: 0, lost: 0, ignored: {}, ...wanted },
    );
  });
}

test('all of it is counted alike everywhere, and every list shows it', { skip }, async () => {
  const total = Object.values(expected).reduce((sum, counts) => sum + counts.accepted, 0);
  assert.equal(
    sql(
      'SELECT count(*), (SELECT sum(flows) FROM connections), (SELECT sum(flows) FROM connection_hours) FROM flows',
    ),
    `${total}|${total}|${total}`,
  );
  assert.equal((await call('flowFacets')).matching.flows, total);
  let cursor: string | null = null;
  let seen = 0;
  do {
    const page: { items: unknown[]; next_cursor: string | null } = await call('listFlows', {
      query: { limit: 1000, ...(cursor ? { cursor } : {}) },
    });
    seen += page.items.length;
    cursor = page.next_cursor;
  } while (cursor);
  assert.equal(seen, total);
  assert.ok((await call('listConnections', { query: { limit: 1000 } })).items.length > 100);
});

for (const name of files) {
  test(`what was stored of ${name} gives the policies that the command line gives`, async () => {
    await forgetFlows();
    await call('importFlows', { body: new Uint8Array(readFileSync(`${folder}/${name}`)) });
    const generated = await call('generatePolicies', { json: { dry_run: true } });
    const program = process.env['CPA_PROGRAM'] ?? 'build-asan/cpa';
    const offline = spawnSync(program, ['generate', `${folder}/${name}`], { encoding: 'utf8' });
    assert.equal(generated.yaml_content, offline.stdout);
  });
}
