import { expect, it } from 'vitest';
import type { Drift, Policy } from '../types';
import { mergeRequest } from './merge';

const policy = {
  policy_id: '7',
  policy_name: 'web',
  namespace: 'shop',
  kind: 'CiliumNetworkPolicy',
  yaml_content: 'spec:\n  ingress: []\n',
  evidence: null,
} as unknown as Policy;

const drift = (egress: string, ingress: string) =>
  ({
    since: '2026-03-01T10:00:00.000000Z',
    uncovered: [{ egress: { verdict: egress }, ingress: { verdict: ingress } }],
  }) as unknown as Drift;

it('asks for what was seen since, merged into this policy and its namespace', () => {
  const request = mergeRequest(policy, drift('denied', 'denied'));
  expect(request.filter).toEqual({ time_from: '2026-03-01T10:00:00.000000Z' });
  expect(request.options).toMatchObject({
    existing: ['7'],
    namespace: 'shop',
    kind: 'cilium',
    direction: 'both',
    l7: false,
  });
});

it('never opens a direction that the policy does not restrict', () => {
  expect(mergeRequest(policy, drift('allowed', 'denied')).options?.direction).toBe('ingress');
  expect(mergeRequest(policy, drift('denied', 'allowed')).options?.direction).toBe('egress');
});

it('keeps the options that made the version, and L7 where the text has it', () => {
  const made = { ...policy, evidence: { options: { fqdn: false, direction: 'both', l7: true } } };
  expect(mergeRequest(made, drift('denied', 'allowed')).options).toMatchObject({
    fqdn: false,
    l7: true,
    direction: 'egress',
  });
  const written = {
    ...policy,
    yaml_content: '      toPorts:\n        - rules:\n            http:\n',
  };
  expect(mergeRequest(written, drift('denied', 'allowed')).options?.l7).toBe(true);
});
