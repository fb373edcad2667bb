// What opens and what closes between two sets of policies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, refused } from './support/client.ts';
import { stored, yamlOf } from './support/policies.ts';

const diff = async (older: object[], newer: object[]) => (await call('diffPolicies', { json: { old: older, new: newer } })).changes;

test('another port closes one way and opens another', async () => {
  const changes = await diff([{ yaml_content: yamlOf('web') }], [{ yaml_content: yamlOf('web', { port: 9090 }) }]);
  assert.deepEqual(
    changes.map((change) => [change.effect, change.policy, change.direction, change.port]).sort(),
    [
      ['closes', 'shop/web', 'ingress', '8080/TCP'],
      ['opens', 'shop/web', 'ingress', '9090/TCP'],
    ],
  );
  assert.ok(changes.every((change) => change.text.length > 0 && (change.line ?? 0) > 0));
});

test('what is only written in another way is no change', async () => {
  const text = yamlOf('web');
  assert.deepEqual(await diff([{ yaml_content: text }], [{ yaml_content: `# a comment\n${text}` }]), []);
  assert.deepEqual(await diff([], []), []);
});

test('versions of a stored policy are compared', async () => {
  const { name, path, policy } = await stored();
  await call('updatePolicy', { path, json: { yaml_content: yamlOf(name, { port: 1 }) }, headers: { 'If-Match': '*' } });
  const { policy_id } = policy;
  assert.deepEqual((await diff([{ policy_id, version: 1 }], [{ policy_id }])).map((change) => change.effect).sort(), ['closes', 'opens']);
  assert.deepEqual(await diff([{ policy_id, version: 2 }], [{ policy_id }]), []);
});

test('a reference that is not understood is named', async () => {
  const refuse = async (status: number, json: object) => (await refused('diffPolicies', status, { json })).field;
  assert.equal(await refuse(400, { old: [] }), 'new');
  assert.equal(await refuse(400, { old: [{ yaml_content: 'a: [' }], new: [] }), 'old[0]');
  assert.equal(await refuse(404, { old: [], new: [{ policy_id: '999999' }] }), 'new[0]');
});
