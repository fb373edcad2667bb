import type { AuditEntry, AuditFilter } from '@/api/types';

/** What an action is called, as a sentence goes on behind the name of who did it. */
export const ACTIONS: Record<string, string> = {
  'flows.create': 'stored flows',
  'flows.import': 'imported flows',
  'flows.delete': 'deleted flows',
  'samples.load': 'loaded the sample data',
  'policy.create': 'created a policy',
  'policy.generate': 'generated a policy',
  'policy.update': 'saved a policy',
  'policy.delete': 'deleted a policy',
  'policy.restore': 'restored a policy',
  'token.create': 'made a token',
  'token.rotate': 'rotated a token',
  'token.revoke': 'revoked a token',
};

/** Choices of the filter: groups, which match every action in them, and the actions. */
export const ACTION_CHOICES = [
  { value: '', label: 'Everything' },
  { value: 'policy', label: 'Policies' },
  { value: 'flows', label: 'Flows' },
  { value: 'token', label: 'Tokens' },
  ...Object.entries(ACTIONS).map(([value, label]) => ({
    value,
    label: label.charAt(0).toUpperCase() + label.slice(1),
  })),
];

export const actionText = (action: string) => ACTIONS[action] ?? action;

const HOW: Record<string, string> = {
  proxy: 'single sign-on',
  token: 'API token',
  dev: 'development mode',
};

/** "editor, by single sign-on" */
export function howText({ role, auth, token }: AuditEntry): string {
  const how = HOW[auth] ?? auth;
  const by = token ? `${how} ${token}` : how;
  return [role, by && `by ${by}`].filter(Boolean).join(', ');
}

/** Where an entry's policy is to be looked at: the change itself where it has two versions. */
export function changePath(entry: AuditEntry): string | undefined {
  const { action, object, before_version: before, after_version: after } = entry;
  if (!action.startsWith('policy.') || object === '') return undefined;
  const version = after ?? before;
  if (version === null) return `/history/${object}`;
  const params = new URLSearchParams({ version: String(version) });
  if (before !== null && after !== null && before !== after) params.set('compare', String(before));
  return `/history/${object}?${params}`;
}

/** "version 3 → 4", or undefined when nothing has versions. */
export function versionsText({ before_version: before, after_version: after }: AuditEntry) {
  if (before === null && after === null) return undefined;
  if (before === null || before === after) return `version ${after ?? before}`;
  if (after === null) return `version ${before}, then gone`;
  return `version ${before} → ${after}`;
}

const LISTS = ['actor', 'action', 'token', 'object'] as const;
const TEXTS = ['name', 'time_from', 'time_to'] as const;

export function readAuditFilter(params: URLSearchParams): AuditFilter {
  const filter: AuditFilter = {};
  for (const key of LISTS) {
    const values = params.getAll(key).filter((value) => value !== '');
    if (values.length > 0) filter[key] = values;
  }
  for (const key of TEXTS) {
    const value = params.get(key);
    const isTime = key !== 'name';
    if (value && !(isTime && Number.isNaN(Date.parse(value)))) filter[key] = value;
  }
  return filter;
}

export function writeAuditFilter(filter: AuditFilter): URLSearchParams {
  const params = new URLSearchParams();
  for (const key of LISTS) for (const value of filter[key] ?? []) params.append(key, value);
  for (const key of TEXTS) if (filter[key]) params.set(key, filter[key]);
  return params;
}
