import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import classes from './StackedChart.module.css';
import type { ChartSeries } from './series';
import { stack } from './stack';

interface Props {
  /** Starts of the buckets, in seconds. */
  times: number[];
  bucketSeconds: number;
  series: ChartSeries[];
  /** A sentence that says what the picture shows. */
  summary: string;
  height: number;
  /** A range was dragged, in seconds. */
  onRange: (from: number, to: number) => void;
}

const colourOf = (variable: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(variable).trim();

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

function axis(): uPlot.Axis {
  return {
    stroke: colourOf('--mantine-color-dimmed'),
    font: '11px "Inter Variable", sans-serif',
    grid: { stroke: colourOf('--cpa-border'), width: 1 },
    ticks: { show: false },
  };
}

/** Bars over time, one above the other; drag to choose a range. */
export default function StackedChart(props: Props) {
  const { times, bucketSeconds, series, summary, height, onRange } = props;
  const host = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme();
  const chosen = useRef(onRange);
  chosen.current = onRange;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes what the variables hold
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const stacked = stack(series.map((item) => item.values));
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height,
        padding: [12, 12, 0, 4],
        legend: { show: false },
        cursor: { drag: { x: true, y: false }, points: { show: false }, y: false },
        scales: {
          x: { range: (_, low, high) => [low - bucketSeconds / 2, high + bucketSeconds / 2] },
          y: { range: (_, __, high) => [0, Math.max(high * 1.08, 1)] },
        },
        axes: [
          {
            ...axis(),
            grid: { show: false },
            space: 80,
            values: [
              [86_400, '{DD} {MMM}', null, null, null, null, null, null, 1],
              [60, '{HH}:{mm}', '\n{DD} {MMM}', null, '\n{DD} {MMM}', null, null, null, 1],
            ],
          },
          { ...axis(), size: 48, values: (_, ticks) => ticks.map((tick) => compact.format(tick)) },
        ],
        series: [
          {},
          ...series
            .map((item) => ({
              label: item.label,
              fill: colourOf(item.colour),
              width: 0,
              points: { show: false },
              paths: uPlot.paths.bars?.({ size: [0.82, 60], radius: 0 }),
            }))
            // The highest sum is drawn first, so that lower ones stand in front of it.
            .reverse(),
        ],
        hooks: {
          setSelect: [
            (plot) => {
              if (plot.select.width < 4) return;
              const half = bucketSeconds / 2;
              const from = plot.posToVal(plot.select.left, 'x') - half;
              const to = plot.posToVal(plot.select.left + plot.select.width, 'x') + half;
              chosen.current(from, to);
            },
          ],
        },
      },
      [times, ...stacked.reverse()],
      element,
    );
    const resize = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      chart.destroy();
    };
  }, [times, bucketSeconds, series, height, scheme]);

  return (
    <div ref={host} className={classes.chart} style={{ height }} role="img" aria-label={summary} />
  );
}
