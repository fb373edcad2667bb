import type { Connection } from '@/api/types';

const sum = (connection: Connection, names: string[]) =>
  names.reduce(
    (total, name) => total + (connection.egress[name] ?? 0) + (connection.ingress[name] ?? 0),
    0,
  );

/** What happened to a connection, in one word: some of its events may have fared otherwise. */
export function connectionVerdict(connection: Connection): { verdict: string; label: string } {
  const worked = sum(connection, ['allowed']);
  const denied = sum(connection, ['denied', 'refused']);
  if (denied > 0) {
    return worked > 0
      ? { verdict: 'unknown', label: 'Partly dropped' }
      : { verdict: 'denied', label: 'Dropped' };
  }
  if (sum(connection, ['audited']) > 0) return { verdict: 'unknown', label: 'Audited' };
  if (worked > 0) return { verdict: 'allowed', label: 'Allowed' };
  if (sum(connection, ['authenticate']) > 0) {
    return { verdict: 'unknown', label: 'Needs authentication' };
  }
  if (sum(connection, ['sent']) > 0) return { verdict: 'none', label: 'Sent' };
  return { verdict: 'none', label: 'Not told' };
}

export const OUTCOME_LABELS: Record<string, string> = {
  allowed: 'Allowed',
  sent: 'Sent, arrival unknown',
  audited: 'Audited: would have been denied',
  denied: 'Dropped by default deny',
  refused: 'Dropped by a deny rule',
  authenticate: 'Needs mutual authentication',
};
