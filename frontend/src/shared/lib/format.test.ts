import { describe, expect, it } from 'vitest';
import { formatBytes, formatPercent, formatRelative, formatUtc, plural } from './format';

describe('format', () => {
  it('writes sizes with one decimal below a hundred', () => {
    expect(formatBytes(999)).toBe('999 B');
    expect(formatBytes(1500)).toBe('1.5 kB');
    expect(formatBytes(759_000_000)).toBe('759 MB');
  });

  it('never rounds a part to all or nothing', () => {
    expect(formatPercent(1, 1000)).toBe('< 1 %');
    expect(formatPercent(9999, 10_000)).toBe('> 99 %');
    expect(formatPercent(0, 0)).toBe('0 %');
    expect(formatPercent(1, 2)).toBe('50 %');
  });

  it('says how long ago', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(formatRelative('2026-01-01T23:59:50Z', now)).toBe('just now');
    expect(formatRelative('2026-01-01T22:00:00Z', now)).toBe('2 hours ago');
    expect(formatRelative('no time', now)).toBe('no time');
  });

  it('writes UTC exactly', () => {
    expect(formatUtc('2026-01-02T03:04:05.678+01:00')).toBe('2026-01-02 02:04:05.678 UTC');
  });

  it('counts', () => {
    expect(plural(1, 'flow')).toBe('1 flow');
    expect(plural(1234, 'policy', 'policies')).toBe('1,234 policies');
  });
});
