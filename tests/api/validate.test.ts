// Checking YAML as Cilium would, by itself and on every save.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, refused, send } from './support/client.ts';
import { freshName, stored, yamlOf } from './support/policies.ts';

const validate = (yaml_content: string) => call('validatePolicies', { json: { yaml_content } });
/** A peer list and entities in one element: refused by Cilium's agent. */
const broken = (name: string) => yamlOf(name).replace('    - fromEndpoints:', '    - fromEntities: [world]\n      fromEndpoints:');

test('a good policy has no errors', async () => {
  const { valid, policies, problems } = await validate(yamlOf('web'));
  assert.deepEqual([valid, policies, problems.filter((problem) => problem.severity === 'error')], [true, 1, []]);
});

test('a problem tells its place, its path and the policy', async () => {
  const text = broken('web');
  const { valid, problems } = await validate(text);
  const error = problems.find((problem) => problem.severity === 'error');
  assert.equal(valid, false);
  assert.ok(error);
  assert.equal(error.policy, 'shop/web');
  assert.match(error.path ?? '', /^spec\.ingress\[0\]/);
  assert.ok(error.line >= 1 && error.line <= text.split('\n').length);
  assert.match(error.code, /^V\d\d$/);
});

test('every document is checked, also after one that is no YAML', async () => {
  const { valid, policies } = await validate(`${yamlOf('a')}---\n${yamlOf('b')}`);
  assert.deepEqual([valid, policies], [true, 2]);
  const bad = await validate(`a: [\n---\n${broken('b')}`);
  assert.equal(bad.valid, false);
  assert.ok(bad.problems.some((problem) => problem.line > 0));
  assert.equal((await refused('validatePolicies', 400, { json: {} })).field, 'yaml_content');
});

test('a save that Cilium would refuse is refused with all that is wrong', async () => {
  const created = await refused('createPolicy', 400, { json: { yaml_content: broken(freshName()) } });
  assert.equal(created.field, 'yaml_content');
  assert.ok((created.line ?? 0) > 0);
  assert.ok((created.errors ?? []).length > 0);
  assert.match(created.errors?.[0]?.field ?? '', /^spec\.ingress/);
  const { name, path } = await stored();
  await refused('updatePolicy', 400, { path, json: { yaml_content: broken(name) }, headers: { 'If-Match': '*' } });
  assert.equal((await call('getPolicy', { path })).version, 1);
});

test('what is only doubtful is saved, and told', async () => {
  const name = freshName();
  const yaml_content = yamlOf(name).replace('spec:\n', 'spec:\n  nodeNameSelector: web\n');
  const reply = await send('createPolicy', { json: { yaml_content } });
  assert.equal(reply.status, 201, reply.text);
  const { warnings } = reply.json as { warnings: { severity: string }[] };
  assert.ok(warnings.length > 0);
  assert.ok(warnings.every((warning) => warning.severity !== 'error'));
});

test('a text is bounded', async () => {
  const padded = (length: number) => yamlOf('web').padEnd(length, '#');
  assert.equal((await validate(padded(1024 * 1024))).valid, true);
  const { field } = await refused('validatePolicies', 400, { json: { yaml_content: padded(1024 * 1024 + 1) } });
  assert.equal(field, 'yaml_content');
});
