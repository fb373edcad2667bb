// Small flows in the shape that Hubble writes, made for the test at hand.

export type End = { namespace?: string; pod?: string; labels?: string[]; workload?: string };
export type Made = {
  time?: string;
  uuid?: string;
  verdict?: string;
  source?: End;
  destination?: End;
  port?: number;
  clientPort?: number;
  protocol?: 'TCP' | 'UDP';
  reply?: boolean;
  l7?: unknown;
  more?: Record<string, unknown>;
};

let made = 0;

function end(given: End): Record<string, unknown> {
  const namespace = given.namespace ?? 'shop';
  return {
    identity: 1000,
    namespace,
    pod_name: given.pod ?? 'pod-0',
    labels: given.labels ?? [
      `k8s:app=${given.pod ?? 'pod'}`,
      `k8s:io.kubernetes.pod.namespace=${namespace}`,
    ],
    ...(given.workload ? { ID: 7, workloads: [{ name: given.workload, kind: 'Deployment' }] } : {}),
  };
}

/** One event of a connection from web to cart on port 8080, unless told otherwise. */
export function flow(given: Made = {}): Record<string, unknown> {
  made += 1;
  const time = given.time ?? new Date(Date.UTC(2026, 2, 1, 10, 0, 0, 0) + made).toISOString();
  const server = given.port ?? 8080;
  const client = given.clientPort ?? 40000;
  const ends = [end(given.source ?? { pod: 'web-0' }), end(given.destination ?? { pod: 'cart-0' })];
  const [source, destination] = given.reply ? [ends[1], ends[0]] : ends;
  const [from, to] = given.reply ? [server, client] : [client, server];
  return {
    flow: {
      time,
      uuid: given.uuid ?? `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`,
      verdict: given.verdict ?? 'FORWARDED',
      IP: { source: '10.0.0.1', destination: '10.0.0.2', ipVersion: 'IPv4' },
      l4: { [given.protocol ?? 'TCP']: { source_port: from, destination_port: to } },
      source,
      destination,
      Type: given.l7 ? 'L7' : 'L3_L4',
      node_name: 'worker-1',
      event_type: { type: given.l7 ? 129 : 4 },
      traffic_direction: 'INGRESS',
      trace_observation_point: 'TO_ENDPOINT',
      is_reply: given.reply ?? false,
      ...(given.l7 ? { l7: given.l7 } : {}),
      ...given.more,
    },
    node_name: 'worker-1',
    time,
  };
}

export const lines = (...flows: unknown[]): string =>
  flows.map((one) => `${JSON.stringify(one)}\n`).join('');

/** The flat form. */
export function flat(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    timestamp: '2026-03-01T10:15:00Z',
    source_namespace: 'shop',
    source_pod: 'web-0',
    source_labels: { app: 'web' },
    destination_namespace: 'shop',
    destination_pod: 'cart-0',
    destination_labels: { app: 'cart' },
    destination_port: 8080,
    protocol: 'TCP',
    ...more,
  };
}

const request = (path: string) => ({ type: 'REQUEST', http: { method: 'GET', url: path } });

/** Flows of several connections, hours and verdicts, some of them HTTP requests. */
export const capture = (count: number): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, i) =>
    flow({
      port: 8000 + (i % 7),
      time: new Date(Date.UTC(2026, 2, 1 + (i % 3), i % 24, 0, 0, i % 1000)).toISOString(),
      verdict: i % 5 === 0 ? 'AUDIT' : 'FORWARDED',
      ...(i % 4 === 0 ? { l7: request(`/items/${i}`) } : {}),
    }),
  );
