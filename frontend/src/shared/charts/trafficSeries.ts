import type { Dashboard } from '@/api/types';
import { formatCount, formatDate } from '@/shared/lib/format';
import type { ChartSeries } from './series';

type Traffic = Dashboard['traffic'];

const SERIES = [
  { label: 'Forwarded', colour: '--cpa-series-forwarded', verdicts: ['FORWARDED'] },
  { label: 'Redirected', colour: '--cpa-series-redirected', verdicts: ['REDIRECTED'] },
  { label: 'Audit', colour: '--cpa-series-audit', verdicts: ['AUDIT'] },
  { label: 'Dropped', colour: '--cpa-series-dropped', verdicts: ['DROPPED', 'ERROR'] },
  {
    label: 'Other',
    colour: '--cpa-series-other',
    verdicts: ['TRACED', 'TRANSLATED', 'VERDICT_UNKNOWN'],
  },
];

export interface TrafficSeries {
  times: number[];
  series: ChartSeries[];
  totals: { label: string; colour: string; total: number }[];
  summary: string;
}

const LONGEST = 400;

/** The points on an even time line, gaps as zero, so that bars have equal widths. */
export function trafficSeries(traffic: Traffic): TrafficSeries {
  const bucket = Math.max(traffic.bucket_seconds, 1);
  const at = new Map(
    traffic.points.map((point) => [Date.parse(point.time) / 1000, point.verdicts]),
  );
  const known = [...at.keys()].sort((a, b) => a - b);
  const first = known[0] ?? 0;
  const last = known.at(-1) ?? 0;
  const even = (last - first) / bucket < LONGEST;
  const times =
    known.length === 0
      ? []
      : even
        ? Array.from(
            { length: Math.round((last - first) / bucket) + 1 },
            (_, i) => first + i * bucket,
          )
        : known;
  const series = SERIES.map(({ label, colour, verdicts }) => ({
    label,
    colour,
    values: times.map((time) =>
      verdicts.reduce((sum, verdict) => sum + (at.get(time)?.[verdict] ?? 0), 0),
    ),
  })).filter((item) => item.values.some((value) => value > 0));
  const totals = series.map(({ label, colour, values }) => ({
    label,
    colour,
    total: values.reduce((sum, value) => sum + value, 0),
  }));
  const counts = totals.map((item) => `${formatCount(item.total)} ${item.label.toLowerCase()}`);
  const summary =
    times.length === 0
      ? 'No traffic.'
      : `Events from ${formatDate(new Date(first * 1000).toISOString())} to ${formatDate(
          new Date((last + bucket) * 1000).toISOString(),
        )}: ${counts.join(', ')}.`;
  return { times, series, totals, summary };
}
