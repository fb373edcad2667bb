import type { GenerateOptions, GenerateRequest } from '@/api/types';
import { nameProblem } from '@/shared/lib/names';
import type { GenerateSource, Subject } from './source';

/** What the form holds. The defaults are those of the API, so that an untouched form adds nothing. */
export interface Form {
  name: string;
  direction: NonNullable<GenerateOptions['direction']>;
  defaultDeny: NonNullable<GenerateOptions['default_deny']>;
  kind: NonNullable<GenerateOptions['kind']>;
  /** "namespace/workload", "namespace/" for a whole namespace, "" for all. */
  subject: string;
  l7: boolean;
  fqdn: boolean;
  includeAudited: boolean;
  includeDenied: boolean;
  includeGuesses: boolean;
  portRanges: boolean;
  outsideIngress: NonNullable<GenerateOptions['outside_ingress']>;
  ipv4Prefix: number;
  ipv6Prefix: number;
  minimumEvents: number;
  addLabels: string[];
  neverLabels: string[];
}

export const DEFAULTS: Form = {
  name: '',
  direction: 'both',
  defaultDeny: 'automatic',
  kind: 'cilium',
  subject: '',
  l7: false,
  fqdn: true,
  includeAudited: true,
  includeDenied: false,
  includeGuesses: true,
  portRanges: false,
  outsideIngress: 'automatic',
  ipv4Prefix: 32,
  ipv6Prefix: 128,
  minimumEvents: 1,
  addLabels: [],
  neverLabels: [],
};

export const subjectValue = ({ namespace, workload }: Subject) => `${namespace}/${workload}`;

function subjectOptions(subject: string): Pick<GenerateOptions, 'namespace' | 'workload'> {
  const slash = subject.indexOf('/');
  if (slash < 0) return {};
  const namespace = subject.slice(0, slash);
  const workload = subject.slice(slash + 1);
  return { ...(namespace && { namespace }), ...(workload && { workload }) };
}

export function requestOf(
  source: GenerateSource,
  form: Form,
  existing: string[] = [],
): GenerateRequest {
  const labels = {
    ...(form.addLabels.length > 0 && { add: form.addLabels }),
    ...(form.neverLabels.length > 0 && { never: form.neverLabels }),
  };
  const options: GenerateOptions = {
    direction: form.direction,
    default_deny: form.defaultDeny,
    kind: form.kind,
    l7: form.l7,
    fqdn: form.fqdn,
    include_audited: form.includeAudited,
    include_denied: form.includeDenied,
    include_guesses: form.includeGuesses,
    port_ranges: form.portRanges,
    outside_ingress: form.outsideIngress,
    cidr_grouping: { ipv4: form.ipv4Prefix, ipv6: form.ipv6Prefix },
    ...(form.minimumEvents > 1 && { minimum_events: form.minimumEvents }),
    ...(Object.keys(labels).length > 0 && { label_keys: labels }),
    ...subjectOptions(form.subject),
    ...(existing.length > 0 && { existing }),
  };
  return {
    ...(source.flowIds ? { flow_ids: source.flowIds } : { filter: source.filter ?? {} }),
    ...(form.name && !nameProblem(form.name) && { policy_name: form.name }),
    options,
  };
}
