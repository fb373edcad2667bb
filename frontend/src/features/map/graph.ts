import type { Connection, End, FlowFilter } from '@/api/types';
import { connectionVerdict } from '@/shared/lib/outcomes';
import { endView, serviceText } from '@/shared/lib/peers';

export type NodeKind = 'namespace' | 'workload' | 'outside' | 'entity' | 'unknown';

export interface MapNode {
  id: string;
  kind: NodeKind;
  name: string;
  namespace: string;
  cluster: string;
  /** Another cluster has a namespace of this name, so that the name alone does not tell which one is meant. */
  hasTwin: boolean;
  /** Workloads that a namespace stands for; names and addresses that "outside" stands for. */
  members: Set<string>;
  events: number;
  /** Traffic that stays inside the node. */
  inside: number;
  connections: Connection[];
}

/** How the connections of an edge fared, all taken together. */
export type Fate = 'allowed' | 'dropped' | 'partly' | 'audited' | 'untold';

export interface MapEdge {
  id: string;
  source: string;
  target: string;
  events: number;
  fate: Fate;
  services: string[];
  connections: Connection[];
}

export interface ServiceMap {
  nodes: MapNode[];
  edges: MapEdge[];
  /** Nodes that were left out since there are too many to read. */
  hidden: number;
  /** Namespaces that can be opened, by their ids. */
  namespaces: MapNode[];
}

export interface MapOptions {
  /** Id of the namespace whose workloads are shown; the others stay closed. */
  open: string | undefined;
  /** Without name lookups, nodes and the API server. */
  quiet: boolean;
  /** Most nodes that are shown. */
  most?: number;
}

/** Beyond this the picture says nothing and the browser stutters. */
export const MOST_NODES = 300;
/** Names outside the cluster that are shown one by one. */
const MOST_OUTSIDE = 25;
const DNS_PORT = 53;

const INFRASTRUCTURE = new Set(['host', 'remote-node', 'kube-apiserver', 'health', 'ingress']);

const namespaceId = (cluster: string, namespace: string) => `namespace ${cluster}/${namespace}`;

export const idOfNamespace = (text: string) => `namespace ${text}`;
export const textOfNamespace = (node: MapNode) => `${node.cluster}/${node.namespace}`;

function isNoise(connection: Connection) {
  return (
    connection.port === DNS_PORT ||
    INFRASTRUCTURE.has(connection.client.class) ||
    INFRASTRUCTURE.has(connection.server.class)
  );
}

interface Place {
  id: string;
  kind: NodeKind;
  name: string;
  member: string;
}

/** Where an end is drawn: closed namespaces and all that is outside stand for what is in them. */
function placeOf(end: End, names: string[], open: string | undefined): Place {
  const view = endView(end, names);
  if (end.namespace) {
    const id = namespaceId(end.cluster, end.namespace);
    if (id !== open) return { id, kind: 'namespace', name: end.namespace, member: view.name };
    return {
      id: `workload ${end.cluster}/${end.namespace}/${view.name}`,
      kind: 'workload',
      name: view.name,
      member: '',
    };
  }
  if (end.class === 'outside') {
    if (open === undefined) {
      return { id: 'outside', kind: 'outside', name: 'Outside the cluster', member: view.name };
    }
    return { id: `outside ${view.name}`, kind: 'outside', name: view.name, member: view.name };
  }
  const kind = end.class === 'unknown' || end.class === 'pod' ? 'unknown' : 'entity';
  return { id: `${kind} ${view.name}`, kind, name: view.name, member: '' };
}

function fateOf(connections: Connection[]): Fate {
  const labels = new Set(connections.map((connection) => connectionVerdict(connection).label));
  const worked = labels.has('Allowed') || labels.has('Sent');
  if (labels.has('Partly dropped') || (labels.has('Dropped') && worked)) return 'partly';
  if (labels.has('Dropped')) return 'dropped';
  if (labels.has('Audited')) return 'audited';
  return worked ? 'allowed' : 'untold';
}

/** Outside names beyond the busiest are one node. */
function foldOutside(nodes: Map<string, MapNode>): Map<string, string> {
  const outside = [...nodes.values()]
    .filter((node) => node.kind === 'outside' && node.id !== 'outside')
    .sort(busiestFirst);
  return new Map(outside.slice(MOST_OUTSIDE).map((node) => [node.id, 'outside']));
}

const busiestFirst = (a: { events: number; id: string }, b: { events: number; id: string }) =>
  b.events - a.events || a.id.localeCompare(b.id);

/** Who talks to whom, from connections: nodes and edges in a fixed order. */
export function serviceMap(connections: Connection[], options: MapOptions): ServiceMap {
  const { open, quiet, most = MOST_NODES } = options;
  const used = quiet ? connections.filter((item) => !isNoise(item)) : connections;
  const nodes = new Map<string, MapNode>();
  const namespaces = new Map<string, MapNode>();

  const add = (into: Map<string, MapNode>, place: Place, end: End, connection: Connection) => {
    const node = into.get(place.id) ?? {
      id: place.id,
      kind: place.kind,
      name: place.name,
      namespace: end.namespace,
      cluster: end.cluster,
      hasTwin: false,
      members: new Set<string>(),
      events: 0,
      inside: 0,
      connections: [],
    };
    into.set(place.id, node);
    if (place.member) node.members.add(place.member);
    if (node.connections.at(-1) !== connection) {
      node.connections.push(connection);
      node.events += connection.events;
    } else node.inside += connection.events;
  };

  for (const connection of connections) {
    for (const end of [connection.client, connection.server]) {
      if (end.namespace) {
        const place = placeOf(end, [], undefined);
        add(namespaces, place, end, connection);
      }
    }
  }

  const placed = used.flatMap((connection) => {
    const from = placeOf(connection.client, [], open);
    const to = placeOf(connection.server, connection.names, open);
    // With one namespace open, what others say to each other is not the question.
    if (open !== undefined && from.kind !== 'workload' && to.kind !== 'workload') return [];
    add(nodes, from, connection.client, connection);
    add(nodes, to, connection.server, connection);
    return [{ connection, from: from.id, to: to.id }];
  });

  const moved = foldOutside(nodes);
  for (const id of moved.keys()) {
    const node = nodes.get(id);
    if (!node) continue;
    nodes.delete(id);
    const rest = nodes.get('outside') ?? {
      ...node,
      id: 'outside',
      name: 'Others outside',
      members: new Set<string>(),
      events: 0,
      connections: [],
    };
    nodes.set('outside', {
      ...rest,
      members: new Set([...rest.members, node.name]),
      events: rest.events + node.events,
      connections: [...rest.connections, ...node.connections],
    });
  }

  const clusters = new Map<string, Set<string>>();
  for (const { namespace, cluster } of namespaces.values()) {
    clusters.set(namespace, (clusters.get(namespace) ?? new Set()).add(cluster));
  }
  for (const node of [...nodes.values(), ...namespaces.values()]) {
    node.hasTwin = (clusters.get(node.namespace)?.size ?? 0) > 1;
  }

  const shown = [...nodes.values()].sort(busiestFirst).slice(0, most);
  const known = new Set(shown.map((node) => node.id));
  const groups = new Map<string, Connection[]>();
  for (const { connection, from, to } of placed) {
    const source = moved.get(from) ?? from;
    const target = moved.get(to) ?? to;
    if (source === target || !known.has(source) || !known.has(target)) continue;
    const key = `${source}\n${target}`;
    const group = groups.get(key);
    if (group) group.push(connection);
    else groups.set(key, [connection]);
  }
  const edges = [...groups].map(([key, group]): MapEdge => {
    const [source = '', target = ''] = key.split('\n');
    const busiest = [...group].sort((a, b) => b.events - a.events);
    return {
      id: `${source} to ${target}`,
      source,
      target,
      events: group.reduce((sum, item) => sum + item.events, 0),
      fate: fateOf(group),
      services: [...new Set(busiest.map(serviceText))],
      connections: busiest,
    };
  });
  return {
    nodes: shown,
    edges: edges.sort(busiestFirst),
    hidden: nodes.size - shown.length,
    namespaces: [...namespaces.values()].sort(
      (a, b) => a.cluster.localeCompare(b.cluster) || a.name.localeCompare(b.name),
    ),
  };
}

/** So many values a filter may have. */
const MOST_VALUES = 100;

const sideFilter = (node: MapNode, side: 'source' | 'destination'): FlowFilter => {
  const cluster = node.hasTwin && { [`${side}_cluster`]: [node.cluster] };
  if (node.kind === 'namespace') return { ...cluster, [`${side}_namespace`]: [node.namespace] };
  if (node.kind === 'workload') {
    return { ...cluster, [`${side}_workload`]: [`${node.namespace}/${node.name}`] };
  }
  return {};
};

/** The traffic page's filter for these connections: themselves if they are few, else by their ends. */
export function filterOf(
  connections: Connection[],
  ends: { source?: MapNode | undefined; target?: MapNode | undefined },
): FlowFilter {
  if (connections.length <= MOST_VALUES) {
    return { connection: connections.map((item) => item.connection_id) };
  }
  return {
    ...(ends.source && sideFilter(ends.source, 'source')),
    ...(ends.target && sideFilter(ends.target, 'destination')),
  };
}

/** All traffic of a node. */
export function filterOfNode(node: MapNode): FlowFilter {
  const cluster = node.hasTwin && { cluster: [node.cluster] };
  if (node.kind === 'namespace') return { ...cluster, namespace: [node.namespace] };
  if (node.kind === 'workload') {
    return { ...cluster, workload: [`${node.namespace}/${node.name}`] };
  }
  return filterOf(node.connections.slice(0, MOST_VALUES), {});
}
