import type { Connection, End, Flow, PeerClass } from '@/api/types';

/** One end of a flow or a connection, in the words an administrator uses. */
export interface PeerView {
  class: PeerClass;
  namespace: string;
  /** Workload, pod, entity, name or address: what tells it best. */
  name: string;
  /** What else is known, such as the address behind a name. */
  detail: string;
}

const ENTITIES: Partial<Record<PeerClass, string>> = {
  host: 'host',
  'remote-node': 'remote node',
  'kube-apiserver': 'kube-apiserver',
  health: 'health endpoint',
  init: 'starting pod',
  ingress: 'Cilium ingress',
  unmanaged: 'unmanaged pod',
};

function view(
  peer: { class: PeerClass; namespace: string; workload: string; address: string },
  pod: string,
  names: string[],
): PeerView {
  const entity = ENTITIES[peer.class];
  if (peer.workload || pod) {
    return {
      class: peer.class,
      namespace: peer.namespace,
      name: peer.workload || pod,
      detail: peer.workload ? pod : '',
    };
  }
  if (entity) return { class: peer.class, namespace: '', name: entity, detail: peer.address };
  const name = names[0];
  if (name) return { class: peer.class, namespace: '', name, detail: peer.address };
  return {
    class: peer.class,
    namespace: peer.namespace,
    name: peer.address || (peer.class === 'outside' ? 'outside the cluster' : 'unknown'),
    detail: '',
  };
}

export const flowSource = (flow: Flow) =>
  view(
    {
      class: flow.source_class,
      namespace: flow.source_namespace,
      workload: flow.source_workload,
      address: flow.source_address,
    },
    flow.source_pod,
    flow.source_names,
  );

export const flowDestination = (flow: Flow) =>
  view(
    {
      class: flow.destination_class,
      namespace: flow.destination_namespace,
      workload: flow.destination_workload,
      address: flow.destination_address,
    },
    flow.destination_pod,
    flow.destination_names,
  );

export const endView = (end: End, names: string[] = []) => view(end, '', names);

export const connectionClient = (connection: Connection) => endView(connection.client);
export const connectionServer = (connection: Connection) =>
  endView(connection.server, connection.names);

export const peerText = (peer: PeerView) =>
  peer.namespace ? `${peer.namespace}/${peer.name}` : peer.name;

/** "web in namespace shop", for where there is room or the eye cannot tell. */
export const peerTitle = (peer: PeerView) =>
  peer.namespace ? `${peer.name} in namespace ${peer.namespace}` : peer.name;

/** "8080/TCP", "ICMPv4 type 8", or what there is of it. */
export function serviceText(part: {
  protocol: string;
  port: number | null;
  icmp_type: number | null;
}): string {
  if (part.port !== null && part.protocol !== '') return `${part.port}/${part.protocol}`;
  if (part.icmp_type !== null) return `${part.protocol} type ${part.icmp_type}`;
  return part.protocol || '–';
}

/** The server's port of a flow, whichever way its packet went. */
export const flowService = (flow: Flow) =>
  serviceText({
    protocol: flow.protocol,
    port: flow.reply ? flow.source_port : flow.destination_port,
    icmp_type: flow.icmp_type,
  });

export function flowL7(flow: Flow): string {
  if (flow.http_method || flow.http_path) {
    const code = flow.http_code === null ? '' : ` → ${flow.http_code}`;
    return `${flow.http_method} ${flow.http_path}${code}`.trim();
  }
  return flow.dns_query ? `DNS ${flow.dns_query}` : '';
}
