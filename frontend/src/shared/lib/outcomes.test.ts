import { describe, expect, it } from 'vitest';
import type { Connection } from '@/api/types';
import { connectionVerdict } from './outcomes';

const seen = (egress: Record<string, number>, ingress: Record<string, number>) =>
  connectionVerdict({ egress, ingress } as unknown as Connection).label;

describe('connectionVerdict', () => {
  it('never hides a drop behind what worked', () => {
    expect(seen({ allowed: 5 }, { denied: 1 })).toBe('Partly dropped');
    expect(seen({ sent: 5 }, { refused: 1 })).toBe('Dropped');
  });

  it('says audit before allowed', () => {
    expect(seen({ allowed: 5 }, { audited: 1 })).toBe('Audited');
    expect(seen({ allowed: 5 }, {})).toBe('Allowed');
  });

  it('claims nothing about arrival that was not seen', () => {
    expect(seen({ sent: 2 }, {})).toBe('Sent');
    expect(seen({}, {})).toBe('Not told');
  });
});
