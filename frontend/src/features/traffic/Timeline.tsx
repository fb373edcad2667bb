import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { dashboard } from '@/api/queries/overview';
import type { FlowFilter } from '@/api/types';
import StackedChart from '@/shared/charts/StackedChart';
import { trafficSeries } from '@/shared/charts/trafficSeries';
import { isEmptyFilter } from '@/shared/flowFilter/codec';
import classes from './traffic.module.css';

const HEIGHT = 84;

interface Props {
  filter: FlowFilter;
  onChange: (filter: FlowFilter) => void;
}

const seconds = (iso: string | undefined) => (iso ? Date.parse(iso) / 1000 : undefined);
const iso = (time: number) => new Date(time * 1000).toISOString();

/** All that was recorded over time, to choose a part of it by dragging. */
export default function Timeline({ filter, onChange }: Props) {
  const { data } = useQuery(dashboard());
  const traffic = data?.traffic;
  const { times, series, summary } = useMemo(
    () => trafficSeries(traffic ?? { bucket_seconds: 3600, from: null, to: null, points: [] }),
    [traffic],
  );
  const from = seconds(filter.time_from);
  const to = seconds(filter.time_to);
  const chosen = useMemo(
    () => (from === undefined && to === undefined ? undefined : { from, to }),
    [from, to],
  );
  const { time_from: _, time_to: __, ...others } = filter;
  // One bar is no time line.
  if (!traffic || times.length < 2) return null;
  return (
    <div className={classes.timeline}>
      <StackedChart
        slim
        times={times}
        bucketSeconds={traffic.bucket_seconds}
        series={series}
        summary={`All recorded traffic, whatever the filter. ${summary}`}
        height={HEIGHT}
        chosen={chosen}
        onRange={(start, end) => onChange({ ...filter, time_from: iso(start), time_to: iso(end) })}
      />
      {!isEmptyFilter(others) && (
        <span className={classes.timelineNote} aria-hidden>
          All recorded traffic, whatever the filter
        </span>
      )}
    </div>
  );
}
