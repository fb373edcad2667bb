// openapi.yaml, the route table and the examples say the same.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { checkAnswer, contract, operations } from './support/contract.ts';

const routes = () =>
  execFileSync(process.env['CPA_PROGRAM'] ?? 'build-asan/cpa', ['help', 'routes'], {
    encoding: 'utf8',
  })
    .trim()
    .split('\n');

test('every route is an operation with the same role and scope, and every operation a route', () => {
  const described = operations.map(
    ({ method, path, operation }) => `${method} ${path} ${operation['x-role']} ${operation['x-scope']}`,
  );
  assert.deepEqual(routes().sort(), described.sort());
});

test('every operation has an id of its own, a summary and a role', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
  for (const { operation } of operations) {
    assert.ok(operation.summary.length > 0, operation.operationId);
    assert.match(operation['x-role'], /^(none|viewer|editor|admin)$/);
    if (operation['x-role'] !== 'none') {
      assert.ok(operation.responses['401'] && operation.responses['403'], operation.operationId);
    }
  }
});

test('every example keeps its own contract', () => {
  let checked = 0;
  for (const place of operations) {
    for (const [status, told] of Object.entries(place.operation.responses)) {
      const answer = told.$ref
        ? contract.components.responses[told.$ref.split('/').at(-1)!]!
        : told;
      for (const [type, media] of Object.entries(answer.content ?? {})) {
        if (media.example !== undefined) {
          checkAnswer(place, Number(status), type, media.example);
          checked += 1;
        }
      }
    }
  }
  assert.ok(checked > 50);
});
