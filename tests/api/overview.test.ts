// The dashboard, the session and the health of the service.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { call, forgetFlows, refused, send } from './support/client.ts';
import { flow, lines } from './support/flows.ts';

beforeEach(forgetFlows);

test('an empty dashboard is all zeros', async () => {
  const { totals, traffic, top_talkers } = await call('getDashboard');
  assert.deepEqual(
    [totals.flows, totals.connections, totals.workloads, totals.workloads_without_policy],
    [0, 0, 0, 0],
  );
  assert.deepEqual([traffic.points, traffic.from, top_talkers], [[], null, []]);
});

test('totals, traffic by verdict and top talkers are those of the flows', async () => {
  await call('importFlows', {
    body: lines(
      flow({ time: '2026-03-01T10:10:00Z', port: 80 }),
      flow({ time: '2026-03-01T10:50:00Z', port: 80 }),
      flow({
        time: '2026-03-01T12:00:00Z',
        port: 81,
        verdict: 'DROPPED',
        more: { event_type: { type: 1 }, drop_reason: 133, drop_reason_desc: 'POLICY_DENIED' },
      }),
      { lost_events: { source: 'HUBBLE_RING_BUFFER', num_events_lost: '3' } },
    ),
  });
  const { totals, traffic, top_talkers, imports } = await call('getDashboard');
  assert.deepEqual(
    [totals.flows, totals.events, totals.connections, totals.workloads],
    [3, 3, 2, 2],
  );
  assert.ok(totals.lost_events >= 3);
  assert.deepEqual(traffic.points, [
    { time: '2026-03-01T10:00:00.000000Z', verdicts: { FORWARDED: 2 } },
    { time: '2026-03-01T12:00:00.000000Z', verdicts: { DROPPED: 1 } },
  ]);
  assert.deepEqual(
    top_talkers.map((talker) => [talker.port, talker.events, talker.dropped]),
    [
      [80, 2, 0],
      [81, 1, 1],
    ],
  );
  assert.equal(imports[0]!.accepted, 3);
  const window = await call('getDashboard', { query: { time_from: '2026-03-01T11:00:00Z' } });
  assert.equal(window.traffic.points.length, 1);
  assert.equal(window.top_talkers.length, 1);
  await refused('getDashboard', 400, { query: { namespace: 'shop' } });
});

test('a workload is without a policy until one selects it', async () => {
  await call('importFlows', {
    body: lines(
      flow({
        source: {
          namespace: 'lonely',
          pod: 'web-0',
          labels: ['k8s:app=lonely-web', 'k8s:io.kubernetes.pod.namespace=lonely'],
        },
      }),
    ),
  });
  const without = async () =>
    (await call('getDashboard')).workloads_without_policy.filter(
      (workload) => workload.namespace === 'lonely',
    );
  assert.equal((await without()).length, 1);
  const policy = (namespace: string) => ({
    yaml_content: `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: overview-test
  namespace: ${namespace}
spec:
  endpointSelector:
    matchLabels:
      app: lonely-web
  ingress:
    - {}
`,
  });
  const elsewhere = await call('createPolicy', { json: policy('elsewhere') });
  assert.equal((await without()).length, 1);
  const here = await call('createPolicy', { json: policy('lonely') });
  assert.equal((await without()).length, 0);
  const dashboard = await call('getDashboard');
  assert.equal(dashboard.changes[0]!.policy_id, here.policy_id);
  for (const { policy_id } of [elsewhere, here]) {
    await send('deletePolicy', { path: { policy_id }, headers: { 'If-Match': '*' } });
  }
  assert.equal((await without()).length, 1);
});

test('who asks, and is it alive', async () => {
  const session = await call('getSession');
  assert.equal(session.auth_mode, 'dev');
  assert.equal(session.authentication, 'dev');
  assert.equal(session.role, 'admin');
  assert.equal(session.reason, '');
  assert.deepEqual(await call('live'), { status: 'ok' });
  assert.deepEqual(await call('ready'), { status: 'ok' });
});
