import type { FlowFilter } from '@/api/types';

/**
 * A filter in the address of a page has the names and values that the API has, so that an address
 * can be turned into a curl line by hand. The order is fixed: equal filters give equal addresses.
 */
interface Field {
  key: keyof FlowFilter;
  kind: 'texts' | 'ports' | 'text' | 'time';
  allowed?: readonly string[];
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP', 'ICMPv4', 'ICMPv6', 'VRRP', 'IGMP'] as const;
export const VERDICTS = [
  'FORWARDED',
  'DROPPED',
  'AUDIT',
  'REDIRECTED',
  'ERROR',
  'TRACED',
  'TRANSLATED',
  'VERDICT_UNKNOWN',
] as const;

const FIELDS: Field[] = [
  { key: 'cluster', kind: 'texts' },
  { key: 'source_cluster', kind: 'texts' },
  { key: 'destination_cluster', kind: 'texts' },
  { key: 'namespace', kind: 'texts' },
  { key: 'source_namespace', kind: 'texts' },
  { key: 'destination_namespace', kind: 'texts' },
  { key: 'workload', kind: 'texts' },
  { key: 'source_workload', kind: 'texts' },
  { key: 'destination_workload', kind: 'texts' },
  { key: 'label', kind: 'texts' },
  { key: 'source_label', kind: 'texts' },
  { key: 'destination_label', kind: 'texts' },
  { key: 'port', kind: 'ports' },
  { key: 'protocol', kind: 'texts', allowed: PROTOCOLS },
  { key: 'verdict', kind: 'texts', allowed: VERDICTS },
  { key: 'direction', kind: 'texts', allowed: ['INGRESS', 'EGRESS'] },
  { key: 'l7', kind: 'text' },
  { key: 'connection', kind: 'texts' },
  { key: 'time_from', kind: 'time' },
  { key: 'time_to', kind: 'time' },
];

const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
const isTime = (text: string) => !Number.isNaN(Date.parse(text));

/** Reads a filter from an address; what makes no sense is left out. */
export function readFilter(params: URLSearchParams): FlowFilter {
  const filter: Record<string, unknown> = {};
  for (const { key, kind, allowed } of FIELDS) {
    const values = [...new Set(params.getAll(key).filter((value) => value !== ''))];
    if (kind === 'text') {
      if (values[0] !== undefined) filter[key] = values[0];
    } else if (kind === 'time') {
      if (values[0] !== undefined && isTime(values[0])) filter[key] = values[0];
    } else {
      const good = values.filter(
        (value) => (kind !== 'ports' || isPort(value)) && (!allowed || allowed.includes(value)),
      );
      if (good.length > 0) filter[key] = kind === 'ports' ? good.map(Number) : good;
    }
  }
  return filter as FlowFilter;
}

/** Writes a filter into a copy of an address's parameters; other parameters stay. */
export function writeFilter(filter: FlowFilter, others: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams(others);
  for (const { key } of FIELDS) {
    params.delete(key);
    const value = filter[key];
    for (const item of Array.isArray(value) ? value : value === undefined ? [] : [value]) {
      params.append(key, String(item));
    }
  }
  return params;
}

export const isEmptyFilter = (filter: FlowFilter) =>
  writeFilter(filter, new URLSearchParams()).size === 0;

/** The address of the traffic page for a filter. */
export function trafficPath(filter: FlowFilter, view?: 'connections'): string {
  const params = writeFilter(filter, new URLSearchParams(view ? { view } : {}));
  return params.size > 0 ? `/traffic?${params}` : '/traffic';
}
