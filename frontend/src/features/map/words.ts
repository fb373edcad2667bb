import { plural } from '@/shared/lib/format';
import type { Fate, MapEdge, MapNode } from './graph';

export const FATES: Record<Fate, { label: string; verdict: string }> = {
  allowed: { label: 'Allowed', verdict: 'allowed' },
  dropped: { label: 'Dropped', verdict: 'denied' },
  partly: { label: 'Partly dropped', verdict: 'unknown' },
  audited: { label: 'Audited', verdict: 'unknown' },
  untold: { label: 'Not told', verdict: 'none' },
};

const SHOWN = 2;

/** "8080/TCP, 443/TCP +3" */
export function servicesText(services: string[]) {
  const more = services.length - SHOWN;
  return services.slice(0, SHOWN).join(', ') + (more > 0 ? ` +${more}` : '');
}

export const KINDS: Record<MapNode['kind'], string> = {
  namespace: 'Namespace',
  workload: 'Workload',
  outside: 'Outside the cluster',
  entity: 'Infrastructure',
  unknown: 'Not known',
};

/** The quiet second line of a node. */
export function nodeNote(node: MapNode): string {
  switch (node.kind) {
    case 'namespace':
      return node.hasTwin
        ? `${node.cluster}, ${plural(node.members.size, 'workload')}`
        : `namespace, ${plural(node.members.size, 'workload')}`;
    case 'workload':
      return `in namespace ${node.namespace}`;
    case 'outside':
      return node.id === 'outside'
        ? plural(node.members.size, 'name or address', 'names and addresses')
        : 'outside the cluster';
    default:
      return KINDS[node.kind].toLowerCase();
  }
}

export const edgeText = (edge: MapEdge, name: (id: string) => string) =>
  `${name(edge.source)} to ${name(edge.target)}, ${servicesText(edge.services)}, ${plural(
    edge.events,
    'event',
  )}, ${FATES[edge.fate].label.toLowerCase()}`;
