import { describe, expect, it } from 'vitest';
import { trafficSeries } from './trafficSeries';

const point = (hour: string, verdicts: Record<string, number>) => ({
  time: `2026-03-01T${hour}:00:00.000000Z`,
  verdicts,
});

describe('trafficSeries', () => {
  it('fills gaps with zero on an even time line', () => {
    const { times, series } = trafficSeries({
      bucket_seconds: 3600,
      from: null,
      to: null,
      points: [point('10', { FORWARDED: 5 }), point('13', { FORWARDED: 1, DROPPED: 2 })],
    });
    expect(times).toHaveLength(4);
    expect(series.map((item) => [item.label, item.values])).toEqual([
      ['Forwarded', [5, 0, 0, 1]],
      ['Dropped', [0, 0, 0, 2]],
    ]);
  });

  it('says in words what the chart shows', () => {
    const { summary } = trafficSeries({
      bucket_seconds: 3600,
      from: null,
      to: null,
      points: [point('10', { FORWARDED: 1200, AUDIT: 3 })],
    });
    expect(summary).toContain('1,200 forwarded, 3 audit');
  });

  it('bears no points at all', () => {
    expect(trafficSeries({ bucket_seconds: 3600, from: null, to: null, points: [] })).toMatchObject(
      { times: [], series: [], summary: 'No traffic.' },
    );
  });
});
