// Replaying policies over stored connections, and what a policy does not cover.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { call, forgetFlows, refused } from './support/client.ts';
import { flow, lines } from './support/flows.ts';
import { stored, yamlOf } from './support/policies.ts';

beforeEach(forgetFlows);

const app = (name: string) => ({ pod: `${name}-0`, labels: [`k8s:app=${name}`, 'k8s:io.kubernetes.pod.namespace=shop'] });
const upload = (...flows: unknown[]) => call('importFlows', { body: lines(...flows) });
/** The policy of support/policies.ts lets front reach web on 8080. */
const allowed = (more = {}) => flow({ source: app('front'), destination: app('web'), port: 8080, ...more });
const notAllowed = (more = {}) => flow({ source: app('other'), destination: app('web'), port: 8080, ...more });
const dropped = (more = {}) =>
  flow({
    source: app('other'),
    destination: app('web'),
    port: 9090,
    verdict: 'DROPPED',
    more: { drop_reason_desc: 'POLICY_DENIED', event_type: { type: 1, sub_type: 133 } },
    ...more,
  });
const simulate = (json: object) => call('simulatePolicies', { json });
const yaml = (yaml_content: string) => [{ yaml_content }];

test('each connection meets its verdict, with the rule and its line', async () => {
  await upload(allowed(), notAllowed(), dropped());
  const text = yamlOf('web');
  const { totals, items, unused_rules, truncated } = await simulate({ policies: yaml(text) });
  assert.deepEqual(totals, { allowed: 1, denied: 2, unknown: 0, changed: 1 });
  assert.equal(truncated, false);
  assert.deepEqual(unused_rules, []);
  const changed = items.filter((item) => item.changed);
  assert.deepEqual(changed.map((item) => [item.connection.client.labels['app'], item.before, item.verdict]), [['other', 'allowed', 'denied']]);
  const kept = items.find((item) => item.verdict === 'allowed');
  assert.equal(kept?.ingress.policy, 'shop/web');
  assert.match(text.split('\n')[(kept?.ingress.line ?? 0) - 1] ?? '', /- fromEndpoints:/);
  assert.equal(items[0]?.changed, true, 'what changes comes first');
});

test('a set is compared with another set', async () => {
  await upload(allowed(), notAllowed());
  const before = yaml(yamlOf('web')), after = yaml(yamlOf('web', { port: 9999 }));
  const result = await simulate({ policies: after, against: before });
  assert.deepEqual(result.totals, { allowed: 0, denied: 2, unknown: 0, changed: 1 });
  assert.equal(result.unused_rules.length, 1);
  assert.deepEqual([result.unused_rules[0]?.policy, result.unused_rules[0]?.section, result.unused_rules[0]?.element], ['shop/web', 'ingress', 0]);
  const only = await simulate({ policies: after, against: before, only_changed: true });
  assert.deepEqual(only.items.map((item) => item.changed), [true]);
  assert.deepEqual(only.totals, result.totals);
  const nothing = await simulate({ policies: [], against: before });
  assert.deepEqual([nothing.totals.changed, nothing.items[0]?.before, nothing.items[0]?.verdict], [1, 'denied', 'allowed']);
});

test('stored policies and their versions can be replayed', async () => {
  await upload(allowed());
  const { name, path, policy } = await stored();
  await call('updatePolicy', { path, json: { yaml_content: yamlOf(name, { port: 1 }) }, headers: { 'If-Match': '*' } });
  const verdict = async (reference: object) => (await simulate({ policies: [reference] })).items[0]?.verdict;
  assert.equal(await verdict({ policy_id: policy.policy_id }), 'denied');
  assert.equal(await verdict({ policy_id: policy.policy_id, version: 1 }), 'allowed');
  await refused('simulatePolicies', 404, { json: { policies: [{ policy_id: policy.policy_id, version: 9 }] } });
  await refused('simulatePolicies', 404, { json: { policies: [{ policy_id: '999999' }] } });
});

test('all stored policies can be replayed, with one of them changed', async () => {
  const namespace = 'alone'; // no other test stores a policy there
  const end = (pod: string) => ({ namespace, pod, labels: [`k8s:app=${pod}`, `k8s:io.kubernetes.pod.namespace=${namespace}`] });
  await upload(flow({ source: end('front'), destination: end('web'), port: 8080 }));
  const { name } = await stored({ namespace });
  const all = { all_stored: true };
  const proposed = { yaml_content: yamlOf(name, { namespace, port: 1 }) };
  const verdicts = async (...policies: object[]) => {
    const { items } = await simulate({ policies, against: [all] });
    return [items[0]?.before, items[0]?.verdict, items[0]?.ingress.policy];
  };
  assert.deepEqual(await verdicts(all), ['allowed', 'allowed', `${namespace}/${name}`]);
  assert.deepEqual((await verdicts(all, proposed)).slice(0, 2), ['allowed', 'denied']);
  assert.deepEqual((await verdicts(proposed, all)).slice(0, 2), ['allowed', 'denied'], 'the order does not matter');
  assert.equal((await refused('simulatePolicies', 400, { json: { policies: [{ all_stored: true, policy_id: '1' }] } })).field, 'policies[0]');
  assert.equal((await refused('simulatePolicies', 400, { json: { policies: [{ all_stored: false }] } })).field, 'policies[0]');
});

test('a filter or flow ids narrow what is replayed', async () => {
  await upload(allowed(), notAllowed());
  const count = async (json: object) => (await simulate({ policies: yaml(yamlOf('web')), ...json })).items.length;
  assert.equal(await count({}), 2);
  assert.equal(await count({ filter: { source_workload: ['front'] } }), 1);
  assert.equal(await count({ filter: { namespace: ['nowhere'] } }), 0);
  const { items } = await call('listFlows', { query: { source_workload: 'other' } });
  assert.equal(await count({ flow_ids: items.map((item) => item.flow_id) }), 1);
});

test('what was generated allows what it was generated from', async () => {
  await upload(allowed(), flow({ source: app('web'), destination: app('db'), port: 5432 }), dropped());
  const { yaml_content } = await call('generatePolicies', { json: { dry_run: true } });
  const { items, totals, unused_rules } = await simulate({ policies: yaml(yaml_content) });
  assert.deepEqual(totals, { allowed: 2, denied: 1, unknown: 0, changed: 0 });
  assert.deepEqual(unused_rules, []);
  assert.ok(items.every((item) => item.before === item.verdict));
});

test('requests that are not understood are refused with the member to blame', async () => {
  const field = async (json: unknown) => (await refused('simulatePolicies', 400, { json })).field;
  assert.equal(await field({}), 'policies');
  assert.equal(await field({ policies: 'all' }), 'policies');
  assert.equal(await field({ policies: [{}] }), 'policies[0]');
  assert.equal(await field({ policies: [7] }), 'policies[0]');
  assert.equal(await field({ policies: [{ policy_id: '1', yaml_content: '' }] }), 'policies[0]');
  assert.equal(await field({ policies: [], against: {} }), 'against');
  assert.equal(await field({ policies: [], only_changed: 1 }), 'only_changed');
  assert.equal(await field({ policies: [], extra: 1 }), 'extra');
  const problem = await refused('simulatePolicies', 400, { json: { policies: [{ yaml_content: yamlOf('web') }, { yaml_content: 'a: [' }] } });
  assert.deepEqual([problem.field, typeof problem.line], ['policies[1]', 'number']);
});

test('a long list is cut, and says so; the counts are of all', async () => {
  const connections = Array.from({ length: 1001 }, (_, i) => allowed({ port: 10_000 + i }));
  await upload(...connections.slice(1));
  const whole = await simulate({ policies: [] });
  assert.deepEqual([whole.items.length, whole.truncated], [1000, false]);
  await upload(connections[0]);
  const cut = await simulate({ policies: [] });
  assert.deepEqual([cut.items.length, cut.truncated, cut.totals.allowed], [1000, true, 1001]);
});

test('so many policies may be named and no more', async () => {
  const json = (count: number) => ({ policies: Array.from({ length: count }, () => ({ yaml_content: '' })) });
  assert.equal((await call('simulatePolicies', { json: json(1000) })).items.length, 0);
  assert.equal((await refused('simulatePolicies', 413, { json: json(1001) })).field, 'policies');
});

test('drift is what was seen since and is not covered', async () => {
  const { path } = await stored();
  const recent = new Date(Date.now() + 1000).toISOString();
  await upload(allowed({ time: recent }), notAllowed({ time: recent }), dropped({ time: recent }), notAllowed({ port: 7070 }));
  const drift = await call('policyDrift', { path });
  assert.equal(drift.since, (await call('getVersion', { path: { ...path, version: 1 } })).created_at);
  assert.deepEqual(drift.uncovered.map((item) => item.connection.port).sort(), [8080, 9090]);
  assert.deepEqual(drift.unused_rules, []);
  assert.deepEqual([drift.total, drift.truncated], [2, false]);
  const one = await call('policyDrift', { path, query: { limit: '1' } });
  assert.deepEqual([one.total, one.uncovered.length, one.truncated], [2, 1, true]);
  assert.equal((await refused('policyDrift', 400, { path, query: { limit: '0' } })).field, 'limit');
  const all = await call('policyDrift', { path, query: { since: '2020-01-01T00:00:00Z' } });
  assert.deepEqual(all.uncovered.map((item) => item.connection.port).sort(), [7070, 8080, 9090]);
  await forgetFlows();
  await upload(notAllowed({ time: recent }));
  assert.equal((await call('policyDrift', { path })).unused_rules.length, 1);
  assert.equal((await refused('policyDrift', 400, { path, query: { since: 'lately' } })).field, 'since');
  await refused('policyDrift', 404, { path: { policy_id: '999999' } });
});
