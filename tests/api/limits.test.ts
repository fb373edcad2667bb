// Limits of what a user may see: what lies outside is not listed, counted, simulated or generated from,
// on every operation that shows something.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type Body, call, forgetFlows, refused, send, sql } from './support/client.ts';
import { operations } from './support/contract.ts';
import { flow, lines } from './support/flows.ts';
import { freshName, yamlOf } from './support/policies.ts';

type Headers = Record<string, string>;

const scopes = ['flows:read', 'flows:write', 'policies:read', 'policies:write', 'audit:read'];

async function limited(limits: string[]): Promise<Headers> {
  const { token } = await call('createToken', {
    json: { name: 'limited', kind: 'service', scopes, limits },
  });
  return { Authorization: `Bearer ${token}` };
}

const pod = (namespace: string, app: string) => ({
  namespace,
  pod: `${app}-0`,
  labels: [`k8s:app=${app}`, `k8s:io.kubernetes.pod.namespace=${namespace}`],
});
const load = (body: string, cluster: string, headers: Headers = {}) =>
  call('importFlows', { query: { cluster }, body, headers });

// Inside shop, between shop and billing, inside billing; in the cluster south, inside shop.
const inside = { source: pod('shop', 'web'), destination: pod('shop', 'cart') };
const across = { source: pod('shop', 'cart'), destination: pod('billing', 'pay') };
const outside = { source: pod('billing', 'pay'), destination: pod('billing', 'ledger') };

let shop: Headers;
let north: Headers;
let nothing: Headers;
const policies: Record<string, Body<'getPolicy'>> = {};

before(async () => {
  await forgetFlows();
  sql("UPDATE policies SET deleted_at = now() WHERE deleted_at IS NULL");
  await load(lines(flow(inside), flow(across), flow(outside), flow(outside)), 'north');
  await load(lines(flow({ source: pod('shop', 'old'), destination: pod('shop', 'cart') })), 'south');
  for (const namespace of ['shop', 'billing']) {
    policies[namespace] = await call('createPolicy', {
      json: { yaml_content: yamlOf(freshName(), { namespace }) },
    });
  }
  const everywhere = yamlOf(freshName(), { kind: 'CiliumClusterwideNetworkPolicy' });
  policies['everywhere'] = await call('createPolicy', {
    json: { yaml_content: everywhere.replace(/\n {2}namespace: .*/, '') },
  });
  shop = await limited(['*/shop']);
  north = await limited(['north/*']);
  nothing = await limited(['nowhere/at-all']);
});

test('the session tells of them', async () => {
  assert.deepEqual((await call('getSession', { headers: shop })).limits, ['*/shop']);
  assert.equal((await call('getSession')).limits, null);
});

type End = { namespace: string | null; cluster?: string | null };
const names = (ends: [End, End][]) =>
  ends.map((pair) => pair.map(({ namespace }) => namespace).join('>')).sort();

test('flows: a connection is seen when either end is', async () => {
  const seen = async (headers: Headers, query = {}) =>
    names(
      (await call('listFlows', { headers, query })).items.map((one) => [
        { namespace: one.source_namespace },
        { namespace: one.destination_namespace },
      ]),
    );
  assert.deepEqual(await seen(shop), ['shop>billing', 'shop>shop', 'shop>shop']);
  assert.deepEqual(await seen(north), [
    'billing>billing',
    'billing>billing',
    'shop>billing',
    'shop>shop',
  ]);
  assert.deepEqual(await seen(nothing), []);
  // no filter reaches beyond
  assert.deepEqual(await seen(shop, { namespace: 'billing' }), ['shop>billing']);
  assert.deepEqual(await seen(shop, { source_namespace: 'billing' }), []);
  assert.deepEqual(await seen(shop, { limit: 1 }), ['shop>shop']);
});

test('flows by id, and in bulk', async () => {
  const all = (await call('listFlows')).items;
  const hidden = all.filter((one) => one.source_namespace === 'billing');
  assert.equal(hidden.length, 2);
  for (const { flow_id } of hidden) {
    await refused('getFlow', 404, { path: { flow_id }, headers: shop });
    await call('getFlow', { path: { flow_id }, headers: north });
  }
  const seen = all.find((one) => one.destination_namespace === 'billing' && !hidden.includes(one))!;
  await call('getFlow', { path: { flow_id: seen.flow_id }, headers: shop });
  const bulk = await send('listFlows', { headers: { ...shop, Accept: 'application/x-ndjson' } });
  assert.equal(bulk.text.trim().split('\n').length, 3 + 1);
  assert.match(bulk.text, /"rows":3,"complete":true/);
});

test('connections and facets count what is seen', async () => {
  const count = async (headers: Headers) =>
    (await call('listConnections', { headers })).items.length;
  assert.deepEqual(
    [await count({}), await count(shop), await count(north), await count(nothing)],
    [4, 3, 3, 0],
  );
  const facets = await call('flowFacets', { headers: shop });
  assert.deepEqual(facets.matching, { flows: 3, connections: 3, exact: true });
  assert.ok(!JSON.stringify(facets).includes('ledger'));
  const none = await call('flowFacets', { headers: nothing });
  assert.deepEqual(none.matching, { flows: 0, connections: 0, exact: true });
  assert.deepEqual(none.namespaces, []);
});

test('the dashboard sums up what is seen', async () => {
  const all = await call('getDashboard');
  const mine = await call('getDashboard', { headers: shop });
  assert.deepEqual([all.totals.events, mine.totals.events], [5, 3]);
  assert.deepEqual([all.totals.connections, mine.totals.connections], [4, 3]);
  assert.equal(mine.totals.policies, 1);
  assert.equal(mine.totals.imports, 0);
  assert.deepEqual(mine.imports, []);
  const points = mine.traffic.points.flatMap(({ verdicts }) => Object.values(verdicts));
  assert.equal(points.reduce((sum, one) => sum + Number(one), 0), 3);
  assert.ok(!JSON.stringify(mine).includes('ledger'));
  assert.ok(mine.workloads_without_policy.every(({ namespace }) => namespace === 'shop'));
  const changed = mine.changes.map(({ policy_id }) => policy_id);
  assert.ok(changed.includes(policies['shop']!.policy_id));
  assert.ok(!changed.includes(policies['billing']!.policy_id));
  assert.ok(!changed.includes(policies['everywhere']!.policy_id));
  const none = await call('getDashboard', { headers: nothing });
  assert.deepEqual(
    [none.totals.events, none.totals.workloads, none.totals.versions, none.traffic.points],
    [0, 0, 0, []],
  );
});

test('policies of other namespaces and of none are not there', async () => {
  const list = async (headers: Headers) =>
    (await call('listPolicies', { headers })).items.map(({ namespace }) => namespace).sort();
  assert.deepEqual(await list({}), ['', 'billing', 'shop']);
  assert.deepEqual(await list(shop), ['shop']);
  assert.deepEqual(await list(nothing), []);
  for (const name of ['billing', 'everywhere']) {
    const path = { policy_id: policies[name]!.policy_id };
    const ETag = `"v${policies[name]!.version}-${policies[name]!.sha256.slice(0, 8)}"`;
    await refused('getPolicy', 404, { path, headers: shop });
    await refused('listVersions', 404, { path, headers: shop });
    await refused('getVersion', 404, { path: { ...path, version: 1 }, headers: shop });
    await refused('downloadPolicy', 404, { path, headers: shop });
    await refused('policyDrift', 404, { path, headers: shop });
    await refused('deletePolicy', 404, { path, headers: { ...shop, 'If-Match': ETag } });
    await refused('restoreVersion', 404, {
      path,
      json: { version: 1 },
      headers: { ...shop, 'If-Match': ETag },
    });
    await refused('updatePolicy', 404, {
      path,
      json: { yaml_content: policies[name]!.yaml_content },
      headers: { ...shop, 'If-Match': ETag },
    });
    await refused('downloadPolicies', 404, { query: { ids: path.policy_id }, headers: shop });
    const policyOf = { policies: [path] };
    await refused('simulatePolicies', 404, { json: policyOf, headers: shop });
    await refused('diffPolicies', 404, { json: { old: [path], new: [path] }, headers: shop });
  }
  await call('getPolicy', { path: { policy_id: policies['shop']!.policy_id }, headers: shop });
});

test('nor can they be made', async () => {
  const make = (yaml: string) => ({ json: { yaml_content: yaml }, headers: shop });
  await refused('createPolicy', 403, make(yamlOf(freshName(), { namespace: 'billing' })));
  const everywhere = yamlOf(freshName(), { kind: 'CiliumClusterwideNetworkPolicy' });
  await refused('createPolicy', 403, make(everywhere.replace(/\n {2}namespace: .*/, '')));
  await call('createPolicy', make(yamlOf(freshName(), { namespace: 'shop' })));
});

test('what is generated is for what is seen, and from it', async () => {
  const generate = (json: object, headers: Headers) =>
    call('generatePolicies', { json: { dry_run: true, ...json }, headers });
  const all = await generate({}, {});
  assert.deepEqual([...new Set(all.policies.map(({ namespace }) => namespace))].sort(), [
    'billing',
    'shop',
  ]);
  const mine = await generate({}, shop);
  assert.ok(mine.policies.length > 0);
  assert.ok(mine.policies.every(({ namespace }) => namespace === 'shop'));
  assert.ok(!JSON.stringify(mine).includes('ledger'));
  assert.equal(mine.coverage.connections, 3);
  assert.equal((await generate({}, nothing)).policies.length, 0);
  // asking for it does not help
  const asked = await generate({ options: { namespace: 'billing' } }, shop);
  assert.equal(asked.policies.length, 0);
  const hidden = (await call('listFlows', { query: { source_namespace: 'billing' } })).items;
  await refused('generatePolicies', 404, {
    json: { dry_run: true, flow_ids: hidden.map(({ flow_id }) => flow_id) },
    headers: shop,
  });
});

test('what is simulated is what is seen', async () => {
  const simulate = (headers: Headers) =>
    call('simulatePolicies', {
      json: { policies: [{ yaml_content: policies['shop']!.yaml_content }] },
      headers,
    });
  const total = ({ totals }: Body<'simulatePolicies'>) =>
    totals.allowed + totals.denied + totals.unknown;
  assert.ok(total(await simulate({})) > total(await simulate(shop)));
  assert.ok(!JSON.stringify(await simulate(shop)).includes('ledger'));
  assert.equal((await simulate(nothing)).items.length, 0);
});

test('imports are those of the user, and the audit is not for them', async () => {
  assert.deepEqual((await call('listImports', { headers: shop })).items, []);
  const [foreign] = (await call('listImports', { query: { limit: 1 } })).items;
  await refused('getImport', 404, { path: { import_id: foreign!.import_id }, headers: shop });
  const own = await load(lines(flow({ ...across, port: 9 })), 'north', shop);
  assert.deepEqual(
    (await call('listImports', { headers: shop })).items.map(({ import_id }) => import_id),
    [own.import_id],
  );
  await call('getImport', { path: { import_id: own.import_id }, headers: shop });
  await refused('listAudit', 403, { headers: shop });
});

test('flows of which neither end is within the limits cannot be brought', async () => {
  const body = lines(flow({ ...inside, port: 11 }), flow({ ...across, port: 11 }), flow({ ...outside, port: 11 }));
  const brought = async (cluster: string, headers: Headers = {}) => {
    const { accepted, duplicates, rejected, errors } = await load(body, cluster, headers);
    return [accepted, duplicates, rejected, errors.map(({ line, code }) => [line, code])];
  };
  assert.deepEqual(await brought('south', north), [0, 0, 3, [[1, 'forbidden'], [2, 'forbidden'], [3, 'forbidden']]]);
  assert.deepEqual(await brought('north', shop), [2, 0, 1, [[3, 'forbidden']]]);
  // what became of it for one is not the answer for another
  assert.deepEqual(await brought('north', north), [1, 2, 0, []]);
  assert.deepEqual(await brought('south'), [0, 3, 0, []], 'an event counts once, whatever cluster is said');
});

test('every operation that shows something was asked here', () => {
  const asked = new Set([
    'listFlows', 'getFlow', 'flowFacets', 'listConnections', 'listImports', 'getImport',
    'listPolicies', 'getPolicy', 'updatePolicy', 'deletePolicy', 'createPolicy', 'listVersions',
    'getVersion', 'restoreVersion', 'downloadPolicy', 'downloadPolicies', 'policyDrift',
    'generatePolicies', 'simulatePolicies', 'diffPolicies', 'getDashboard', 'listAudit',
    'importFlows', 'getSession',
  ]);
  // What these answer is of the request alone, or of tokens, which are the user's own.
  const others = new Set([
    'createFlows', 'uploadFlows', 'probeImport', 'loadSamples', 'validatePolicies', 'listTokens',
    'createToken', 'revokeToken', 'rotateToken', 'live', 'ready', 'metrics',
    // what the whole takes on the disk
    'getStorage',
    // roles.test.ts: no token may
    'deleteFlows', 'deleteFlow',
  ]);
  for (const { operation } of operations) {
    const id = operation.operationId;
    assert.ok(asked.has(id) || others.has(id), `${id}: is it shown beyond the limits?`);
  }
});
