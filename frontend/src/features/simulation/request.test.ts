import { describe, expect, it } from 'vitest';
import { type Plan, requestOf } from './request';

const plan: Plan = {
  policyIds: [],
  yaml: '',
  against: 'seen',
  storedIds: ['1', '2'],
  filter: {},
  onlyChanged: false,
};

describe('requestOf', () => {
  it('needs at least one policy', () => {
    expect(requestOf({ ...plan, yaml: '  \n' })).toBeUndefined();
  });

  it('takes stored policies and pasted YAML together', () => {
    expect(requestOf({ ...plan, policyIds: ['7'], yaml: 'kind: x' })?.policies).toEqual([
      { policy_id: '7' },
      { yaml_content: 'kind: x' },
    ]);
  });

  it('compares with what is stored only when asked to', () => {
    expect(requestOf({ ...plan, policyIds: ['7'] })).not.toHaveProperty('against');
    expect(requestOf({ ...plan, policyIds: ['7'], against: 'stored' })?.against).toEqual([
      { policy_id: '1' },
      { policy_id: '2' },
    ]);
  });

  it('leaves out the direction, which connections do not have', () => {
    const filter = { direction: ['INGRESS' as const], port: [80] };
    expect(requestOf({ ...plan, policyIds: ['7'], filter })?.filter).toEqual({ port: [80] });
  });
});
