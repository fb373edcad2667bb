import { describe, expect, it } from 'vitest';
import { ALL_STORED, type Plan, requestOf } from './request';

const plan: Plan = {
  policyIds: [],
  yaml: '',
  against: 'seen',
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

  it('takes all stored policies with one proposed among them', () => {
    expect(requestOf({ ...plan, policyIds: [ALL_STORED], yaml: 'kind: x' })?.policies).toEqual([
      { all_stored: true },
      { yaml_content: 'kind: x' },
    ]);
  });

  it('compares with what is stored only when asked to', () => {
    expect(requestOf({ ...plan, policyIds: ['7'] })).not.toHaveProperty('against');
    expect(requestOf({ ...plan, policyIds: ['7'], against: 'stored' })?.against).toEqual([
      { all_stored: true },
    ]);
  });

  it('leaves out the direction, which connections do not have', () => {
    const filter = { direction: ['INGRESS' as const], port: [80] };
    expect(requestOf({ ...plan, policyIds: ['7'], filter })?.filter).toEqual({ port: [80] });
  });
});
