// Generating policies from stored flows, and storing what was generated.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { call, forgetFlows, refused, send, sql } from './support/client.ts';
import { flow, lines } from './support/flows.ts';
import { freshName } from './support/policies.ts';

beforeEach(forgetFlows);

const upload = (text: string) => call('importFlows', { body: text });
const generate = (json: object) => call('generatePolicies', { json });
const preview = (json: object = {}) => generate({ ...json, dry_run: true });

/** What the command line prints for the same flows. */
function offline(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'cpa-generate-'));
  try {
    writeFileSync(join(directory, 'flows'), text);
    return execFileSync(process.env['CPA_PROGRAM'] ?? assert.fail('CPA_PROGRAM is not set'), ['generate', '-q', join(directory, 'flows')], {
      encoding: 'utf8',
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** web -> cart 8080, cart -> db 5432, web -> an address outside, and a drop. */
function shop(namespace = `shop-${process.pid}-${freshName()}`): string {
  const pod = (name: string) => ({ namespace, pod: `${name}-0`, labels: [`k8s:app=${name}`, `k8s:io.kubernetes.pod.namespace=${namespace}`] });
  const tcp = (source: string, destination: string, port: number, more = {}) =>
    flow({ source: pod(source), destination: pod(destination), port, ...more });
  return lines(
    tcp('web', 'cart', 8080),
    tcp('web', 'cart', 8080, { reply: true }),
    tcp('cart', 'db', 5432),
    tcp('web', 'db', 5432, {
      verdict: 'DROPPED',
      more: { drop_reason_desc: 'POLICY_DENIED', event_type: { type: 1, sub_type: 133 }, traffic_direction: 'EGRESS' },
    }),
  );
}

test('the portal and the command line give the same bytes', async () => {
  const text = shop();
  await upload(text);
  const result = await preview();
  assert.notEqual(result.yaml_content, '');
  assert.equal(result.yaml_content, offline(text));
  assert.ok(result.policies.length >= 3);
});

const captures = join(process.env['CPA_SHARED'] ?? '', 'data/flows');
test('they do so for real captures', { skip: !existsSync(captures) && 'CPA_SHARED has no captures' }, async (context) => {
  for (const name of readdirSync(captures).filter((file) => /\.jsonl?$/.test(file))) {
    await context.test(name, async () => {
      await forgetFlows();
      const text = readFileSync(join(captures, name), 'utf8');
      await upload(text);
      let printed = '';
      try {
        printed = offline(text);
      } catch (failure) {
        assert.equal((failure as { status: number }).status, 1); // no flow made a rule
      }
      assert.equal((await preview()).yaml_content, printed);
    });
  }
});

test('every rule names the flows behind it', async () => {
  await upload(shop());
  const { rules, policies } = await preview();
  for (const rule of rules) {
    assert.ok(policies[rule.policy]);
    assert.ok(rule.events > 0 && rule.connections > 0 && rule.peers.length > 0 && rule.flow_ids.length > 0);
    for (const flow_id of rule.flow_ids) {
      const found = await call('getFlow', { path: { flow_id } });
      assert.ok(rule.peers.some((peer) => peer.connection_id === found.connection_id));
    }
  }
  assert.ok(rules.some((rule) => rule.peers.some((peer) => /\/web -> .*\/cart 8080\/TCP$/.test(peer.text))));
});

test('what made no rule is counted with its reason', async () => {
  await upload(shop());
  const { coverage, left_out } = await preview();
  assert.deepEqual(coverage, { connections: 3, connections_used: 2, connections_left_out: 1, events: 4, events_used: 3 });
  const denied = left_out.find((group) => group.reason === 'denied');
  assert.equal(denied?.connections, 1);
  assert.match(denied?.examples[0]?.text ?? '', /\/web -> .*\/db 5432\/TCP$/);
  const wanted = await preview({ options: { include_denied: true } });
  assert.equal(wanted.coverage.connections_used, 3);
});

test('flow ids and filters select connections', async () => {
  await upload(shop());
  const { items } = await call('listFlows', { query: { port: 5432, verdict: 'FORWARDED' } });
  const ids = await preview({ flow_ids: items.map((item) => item.flow_id) });
  const filter = await preview({ filter: { port: [5432], verdict: ['FORWARDED'] } });
  assert.equal(ids.coverage.connections, 1);
  assert.equal(ids.yaml_content, filter.yaml_content);
  assert.match(ids.yaml_content, /"5432"/);
  assert.doesNotMatch(ids.yaml_content, /"8080"/);
});

test('an undecided line is settled by one that was not selected', async () => {
  const undecided = lines(flow({ port: 45000, clientPort: 46000, more: { is_reply: undefined, traffic_direction: undefined } }));
  const decided = lines(flow({ port: 45000, clientPort: 47000 }));
  assert.match(offline(decided), /"45000"/);
  await upload(undecided);
  const { items } = await call('listFlows');
  const alone = await preview({ flow_ids: [items[0]!.flow_id] });
  await upload(decided);
  const beside = await preview({ flow_ids: [items[0]!.flow_id] });
  assert.notEqual(alone.yaml_content, beside.yaml_content);
  assert.equal(beside.yaml_content, offline(decided));
  assert.ok(beside.rules.every((rule) => !rule.guess));
});

test('a filter of direction selects by the flows', async () => {
  await upload(shop());
  const coverage = async (direction: string) => (await preview({ filter: { direction: [direction] } })).coverage.connections;
  assert.equal(await coverage('EGRESS'), 1);
  assert.equal(await coverage('INGRESS'), 2);
});

test('another cluster changes nothing', async () => {
  const text = shop();
  const result = offline(text);
  await call('importFlows', { body: text, query: { cluster: 'default' } });
  await call('importFlows', { body: shop(), query: { cluster: 'elsewhere' } });
  assert.equal((await preview({ filter: { cluster: ['default'] } })).yaml_content, result);
});

test('flows that are not stored are named', async () => {
  await upload(shop());
  const { items } = await call('listFlows');
  const missing = '0'.repeat(32);
  const problem = await refused('generatePolicies', 404, { json: { flow_ids: [items[0]!.flow_id, missing] } });
  assert.equal(problem.field, 'flow_ids');
  assert.match(problem.detail, new RegExp(missing));
});

test('a selection of nothing says so and stores nothing', async () => {
  const before = sql('SELECT count(*) FROM policies');
  const reply = await send('generatePolicies', { json: { filter: { namespace: ['nowhere'] } } });
  assert.equal(reply.status, 200);
  const result = reply.json as Awaited<ReturnType<typeof preview>>;
  assert.deepEqual([result.policy, result.policies, result.yaml_content], [null, [], '']);
  assert.notEqual(result.empty_reason, '');
  assert.equal(sql('SELECT count(*) FROM policies'), before);
});

test('what is generated is stored with its evidence', async () => {
  const namespace = `store-${process.pid}`;
  const name = freshName();
  await upload(shop(namespace));
  const reply = await send('generatePolicies', { json: { policy_name: name, filter: { port: [8080] } } });
  assert.equal(reply.status, 201);
  const result = reply.json as Awaited<ReturnType<typeof preview>>;
  assert.deepEqual(result.policy, result.policies[0]);
  assert.deepEqual(result.policies.map((policy) => policy.policy_name), [name, `${name}-web`]);
  assert.equal(result.yaml_content, result.policies.map((policy) => policy.yaml_content).join('---\n'));
  for (const generated of result.policies) {
    const policy = await call('getPolicy', { path: { policy_id: generated.policy_id ?? '' } });
    assert.deepEqual([policy.yaml_content, policy.version, policy.origin], [generated.yaml_content, 1, 'generated']);
    const evidence = policy.evidence as { filter: unknown; coverage: unknown; rules: unknown[]; window: { from: string } };
    assert.deepEqual(evidence.filter, { port: [8080] });
    assert.deepEqual(evidence.coverage, result.coverage);
    assert.equal(evidence.rules.length, 1);
    assert.ok(Date.parse(evidence.window.from) > 0);
  }
});

test('a name that is taken stores nothing, unless the policy is to be merged into', async () => {
  const namespace = `merge-${process.pid}`;
  const name = freshName();
  await upload(shop(namespace));
  const first = await generate({ policy_name: name, filter: { port: [8080] }, options: { workload: 'web' } });
  const again = { policy_name: name, options: { workload: 'web', include_denied: true } };
  const problem = (await refused('generatePolicies', 409, { json: again })) as { existing?: { policy_id: string }[] };
  assert.deepEqual(problem.existing?.map((one) => one.policy_id), [first.policy?.policy_id]);
  const merged = await generate({ ...again, options: { ...again.options, existing: [first.policy!.policy_id] } });
  assert.deepEqual([merged.policy?.policy_id, merged.policy?.version], [first.policy?.policy_id, 2]);
  assert.match(merged.policy?.yaml_content ?? '', /"5432"/);
  const same = await generate({ ...again, options: { ...again.options, existing: [first.policy!.policy_id] } });
  assert.equal(same.policy?.version, 2);
  await refused('generatePolicies', 404, { json: { options: { existing: ['999999'] } } });
});

test('options do what they say', async () => {
  await upload(shop());
  const yaml = async (options: object) => (await preview({ options })).yaml_content;
  assert.doesNotMatch(await yaml({ direction: 'egress' }), /\n {2}ingress:/);
  assert.doesNotMatch(await yaml({ direction: 'ingress' }), /\n {2}egress:/);
  assert.match(await yaml({ default_deny: 'staged' }), /enableDefaultDeny:/);
  assert.match(await yaml({ kind: 'kubernetes' }), /kind: NetworkPolicy/);
  assert.match(await yaml({ kind: 'clusterwide' }), /kind: CiliumClusterwideNetworkPolicy/);
  assert.equal(await yaml({ minimum_events: 1000 }), '');
  assert.equal(await yaml({ cluster: 'elsewhere' }), '');
  assert.equal(await yaml({ namespace: 'elsewhere' }), '');
  assert.equal((await preview({ options: { workload: 'web' } })).policies.length, 1);
});

test('what is too much for one request is refused with the bound', async () => {
  const ids = (count: number) => ({ flow_ids: Array.from({ length: count }, (_, i) => i.toString(16).padStart(32, '0')) });
  assert.equal((await refused('generatePolicies', 404, { json: ids(100_000) })).field, 'flow_ids');
  const problem = await refused('generatePolicies', 413, { json: ids(100_001) });
  assert.deepEqual([problem.field, /100000/.test(problem.detail)], ['flow_ids', true]);
});

test('more connections than an analysis reads are refused', async () => {
  await upload(shop());
  const add = (from: number, to: number) =>
    sql(`INSERT INTO connections (client_id, server_id, protocol, port, client_port, icmp_type, standing, flows, events, first_seen, last_seen)
      SELECT client_id, server_id, protocol, n % 65536, 1 + n / 65536, 0, standing, 1, 1, first_seen, last_seen
      FROM (SELECT * FROM connections WHERE events > 0 AND client_port = 0 LIMIT 1) c, generate_series(${from}, ${to}) n`);
  const known = Number(sql('SELECT count(*) FROM connections WHERE events > 0'));
  try {
    add(1, 200_000 - known);
    assert.equal((await send('generatePolicies', { json: { dry_run: true, filter: { port: [5432] } } })).status, 200);
    add(200_001, 200_001);
    assert.match((await refused('generatePolicies', 413, { json: { dry_run: true } })).detail, /200000/);
  } finally {
    sql('DELETE FROM connections WHERE client_port BETWEEN 1 AND 5');
  }
});

test('a request that is not understood is refused with the member to blame', async () => {
  const field = async (json: unknown, status = 400) => (await refused('generatePolicies', status, { json })).field;
  assert.equal(await field({ flow_ids: [] }), 'flow_ids');
  assert.equal(await field({ flow_ids: ['x'] }), 'flow_ids[0]');
  assert.equal(await field({ flow_ids: ['0'.repeat(32)], filter: {} }), 'filter');
  assert.equal(await field({ filter: { nope: 1 } }), 'nope');
  assert.equal(await field({ option: {} }), 'option');
  assert.equal(await field({ options: [] }), 'options');
  assert.equal(await field({ options: { l8: true } }), 'options.l8');
  assert.equal(await field({ options: { l7: 1 } }), 'options.l7');
  assert.equal(await field({ options: { kind: 'pod' } }), 'options.kind');
  assert.equal(await field({ options: { minimum_events: -1 } }), 'options.minimum_events');
  assert.equal(await field({ options: { cidr_grouping: { ipv4: 33 } } }), 'options.cidr_grouping.ipv4');
  assert.equal(await field({ options: { label_keys: { add: [1] } } }), 'options.label_keys.add[0]');
  assert.equal(await field({ policy_name: 'Web' }), 'policy_name');
  assert.equal(await field({ policy_name: 'x'.repeat(1_000_000) }), 'policy_name');
  assert.equal(await field({ options: { kind: 'kubernetes', default_deny: 'staged' } }), 'default_deny');
  assert.equal(await field({ options: { nodes: true } }), 'nodes');
  assert.equal((await send('generatePolicies', { json: { dry_run: true, options: { nodes: true, kind: 'clusterwide' } } })).status, 200);
});

test('merging never overwrites an edit that was saved while it worked', async () => {
  const namespace = freshName();
  const pod = (app: string) => ({ namespace, pod: app, labels: [`k8s:app=${app}`, `k8s:io.kubernetes.pod.namespace=${namespace}`] });
  const ends = { source: pod('web'), destination: pod('cart') };
  await upload(lines(flow(ends), flow({ ...ends, port: 9090 })));
  const direction = { direction: 'ingress' };
  const first = await generate({ filter: { namespace: [namespace], port: 8080 }, options: direction });
  const id = first.policies[0]!.policy_id as string;
  // Another editor, who holds the policies between our reading and our saving.
  const editor = spawn('psql', ['-qAtX', '-c', `BEGIN; LOCK TABLE policies IN SHARE ROW EXCLUSIVE MODE; SELECT pg_sleep(2);
    INSERT INTO policy_versions (policy_id, version, yaml, sha256, author, summary, origin)
    SELECT policy_id, 2, yaml || '# edited', sha256, 'another', '', 'edited' FROM policy_versions WHERE policy_id = ${id};
    UPDATE policies SET version = 2 WHERE id = ${id}; COMMIT`], { stdio: 'ignore' });
  const saved = new Promise((resolve) => editor.on('close', resolve));
  await new Promise((resolve) => setTimeout(resolve, 700));
  const problem = await refused('generatePolicies', 409, {
    json: { filter: { namespace: [namespace] }, options: { ...direction, existing: [id] } },
  });
  await saved;
  assert.deepEqual([problem.field, /generate again/.test(problem.detail)], ['options.existing', true]);
  const policy = await call('getPolicy', { path: { policy_id: id } });
  assert.deepEqual([policy.version, policy.updated_by], [2, 'another']);
});
