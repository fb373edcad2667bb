// Every line for curl that the page of the API's documentation shows works as it is pasted.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Contract, curl, operations } from '../../frontend/src/features/docs/contract.ts';
import { base, call, send } from './support/client.ts';
import { operations as described } from './support/contract.ts';
import { flow, lines } from './support/flows.ts';

const contract = JSON.parse(
  readFileSync(new URL('../../frontend/public/openapi.json', import.meta.url), 'utf8'),
) as Contract;
const directory = mkdtempSync(join(tmpdir(), 'cpa-docs-'));
const variables: Record<string, string> = { CPA_TOKEN: '', VERSION: '1' };

before(async () => {
  const imported = await call('importFlows', { body: lines(flow(), flow({ port: 9090 })) });
  writeFileSync(join(directory, 'flows.jsonl'), lines(flow(), flow({ port: 7070 })));
  variables['IMPORT_ID'] = imported.import_id;
});
after(() => rmSync(directory, { recursive: true }));

/** The status that the line's request is answered with. */
function run(line: string): number {
  const script = `${line} -o body -w '%{http_code}'`;
  const env = { ...process.env, ...variables };
  return Number(execFileSync('bash', ['-eu', '-c', script], { cwd: directory, env, encoding: 'utf8' }));
}
const body = (): string => readFileSync(join(directory, 'body'), 'utf8');

// What changes things, in an order in which each finds what it needs; everything else may run in any order.
const changing = ['createFlows', 'importFlows', 'uploadFlows', 'loadSamples', 'createPolicy', 'updatePolicy', 'restoreVersion'];
const atTheEnd = ['deletePolicy', 'deleteFlow', 'deleteFlows'];
const elsewhere: Record<string, string> = { metrics: process.env['STACK_METRICS_URL'] ?? '' };

const all = operations(contract);
const known = (id: string) => all.find((operation) => operation.id === id) ?? assert.fail(id);
// Operations on tokens are left to their own tests: a token is shown once.
const reading = all.filter(
  ({ id, path }) => !changing.includes(id) && !atTheEnd.includes(id) && !path.includes('/tokens'),
);

test('the page shows every operation of the contract', () => {
  assert.deepEqual(all.map(({ id }) => id).sort(), described.map(({ operation }) => operation.operationId).sort());
});

test('each line does what it says', async (t) => {
  for (const operation of [...changing.map(known), ...reading, ...atTheEnd.map(known)]) {
    const server = elsewhere[operation.id] ?? operation.server;
    const line = curl({ ...operation, server }, base);
    await t.test(`${operation.id}: ${operation.method} ${operation.path}`, async () => {
      const status = run(line);
      assert.ok(status >= 200 && status < 300, `${line}\n${status} ${body().slice(0, 500)}`);
      const documented = described.find((place) => place.operation.operationId === operation.id)!;
      assert.ok(String(status) in documented.operation.responses, `${status}`);
      if (operation.id === 'createPolicy') {
        variables['POLICY_ID'] = (JSON.parse(body()) as { policy_id: string }).policy_id;
      } else if (operation.id === 'createFlows') {
        variables['FLOW_ID'] = (JSON.parse(body()) as { ids: string[] }).ids[0]!;
      }
    });
  }
  const path = { policy_id: variables['POLICY_ID']! };
  assert.notEqual(((await send('getPolicy', { path })).json as { deleted_at: string }).deleted_at, null);
});
