// A small capture as Hubble writes it: two workloads that talk, DNS, a peer outside, a drop.

interface End {
  namespace?: string;
  pod?: string;
  app?: string;
  labels?: string[];
  ip: string;
}

interface Options {
  from: End;
  to: End;
  port: number;
  protocol?: 'TCP' | 'UDP';
  verdict?: 'FORWARDED' | 'DROPPED';
  names?: string[];
}

const START = Date.UTC(2026, 2, 1, 10, 0, 0);
const FIRST_CLIENT_PORT = 40_000;

const endpoint = ({ namespace, pod, app, labels, ip }: End) => ({
  ip,
  side: {
    ID: 100,
    identity: labels ? 2 : 1000,
    ...(namespace && { namespace }),
    ...(pod && { pod_name: pod }),
    labels: labels ?? [
      `k8s:app=${app}`,
      'k8s:io.cilium.k8s.policy.cluster=default',
      `k8s:io.kubernetes.pod.namespace=${namespace}`,
    ],
    ...(app && { workloads: [{ name: app, kind: 'Deployment' }] }),
  },
});

function flow(options: Options, index: number, direction: 'EGRESS' | 'INGRESS'): string {
  const { port, protocol = 'TCP', verdict = 'FORWARDED', names = [] } = options;
  const source = endpoint(options.from);
  const destination = endpoint(options.to);
  const time = new Date(START + index * 1000).toISOString();
  const ports = { source_port: FIRST_CLIENT_PORT + index, destination_port: port };
  return JSON.stringify({
    flow: {
      time,
      uuid: crypto.randomUUID(),
      verdict,
      ...(verdict === 'DROPPED' && { drop_reason: 133, drop_reason_desc: 'POLICY_DENIED' }),
      IP: { source: source.ip, destination: destination.ip, ipVersion: 'IPv4' },
      l4: { [protocol]: protocol === 'TCP' ? { ...ports, flags: { SYN: true } } : ports },
      source: source.side,
      destination: destination.side,
      Type: 'L3_L4',
      node_name: 'default/worker-1',
      destination_names: names,
      event_type: verdict === 'DROPPED' ? { type: 1, sub_type: 133 } : { type: 5 },
      traffic_direction: direction,
      ...(verdict !== 'DROPPED' && { policy_match_type: 4 }),
      is_reply: false,
      Summary: `${protocol} ${port}`,
    },
    node_name: 'default/worker-1',
    time,
  });
}

/** Lines of a capture in namespaces of its own, so that tests do not meet. */
export function capture(namespace: string, repeats = 5): string {
  const pod = (app: string, ip: string): End => ({
    namespace,
    pod: `${app}-6d4b75cb6d-9xk2p`,
    app,
    ip,
  });
  const web = pod('web', '10.0.1.10');
  const api = pod('api', '10.0.1.11');
  const db = pod('db', '10.0.1.12');
  const dns: End = {
    namespace: 'kube-system',
    pod: 'coredns-5d78c9869d-x2k4q',
    app: 'coredns',
    ip: '10.0.0.10',
    labels: [
      'k8s:k8s-app=kube-dns',
      'k8s:io.cilium.k8s.policy.cluster=default',
      'k8s:io.kubernetes.pod.namespace=kube-system',
    ],
  };
  const outside: End = { ip: '203.0.113.9', labels: ['reserved:world'] };
  const talks: Options[] = [
    { from: web, to: api, port: 8080 },
    { from: api, to: db, port: 5432 },
    { from: web, to: dns, port: 53, protocol: 'UDP' },
    { from: api, to: outside, port: 443 },
    { from: web, to: db, port: 5432, verdict: 'DROPPED' },
  ];
  const lines: string[] = [];
  for (let round = 0; round < repeats; round++) {
    for (const talk of talks) {
      lines.push(flow(talk, lines.length, 'EGRESS'));
      if (talk.to !== outside && talk.verdict !== 'DROPPED') {
        lines.push(flow(talk, lines.length, 'INGRESS'));
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

export const captureFile = (namespace: string, repeats?: number) => ({
  name: `${namespace}.jsonl`,
  mimeType: 'application/x-ndjson',
  buffer: Buffer.from(capture(namespace, repeats)),
});
