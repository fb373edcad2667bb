import { describe, expect, it } from 'vitest';
import { generateSource } from './source';

const input = {
  selection: { mode: 'all' as const },
  view: 'flows' as const,
  filter: {},
  flows: [],
  connections: [],
  total: 593,
};

describe('generateSource', () => {
  it('hands on the filter when all that match are selected', () => {
    const source = generateSource({ ...input, filter: { port: [80] } });
    expect(source).toEqual({
      filter: { port: [80] },
      label: 'all 593 flows that match the filter',
    });
  });

  it('hands on ids when some are', () => {
    const some = { mode: 'some' as const, ids: new Set(['a', 'b']) };
    expect(generateSource({ ...input, selection: some })).toMatchObject({
      flowIds: ['a', 'b'],
      label: '2 flows selected',
    });
    expect(generateSource({ ...input, selection: some, view: 'connections' })).toMatchObject({
      filter: { connection: ['a', 'b'] },
      label: '2 connections selected',
    });
  });

  it('takes the one workload or namespace of the filter for the subject', () => {
    const subject = (filter: Parameters<typeof generateSource>[0]['filter']) =>
      generateSource({ ...input, filter }).subject;
    expect(subject({ namespace: ['shop'] })).toEqual({ namespace: 'shop', workload: '' });
    expect(subject({ namespace: ['shop'], workload: ['shop/web'] })).toEqual({
      namespace: 'shop',
      workload: 'web',
    });
    expect(subject({ namespace: ['shop', 'auth'] })).toBeUndefined();
    expect(subject({ workload: ['web'] })).toBeUndefined();
  });
});
