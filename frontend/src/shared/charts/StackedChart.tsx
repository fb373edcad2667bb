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
  /** A strip to choose a range on: without values, and with what is chosen shown. */
  slim?: boolean;
  chosen?: { from: number | undefined; to: number | undefined } | undefined;
  /** A range was dragged, in seconds. */
  onRange: (from: number, to: number) => void;
}

const colourOf = (variable: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(variable).trim();

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Ticks from hours to years; a coarser unit stands below where it changes. */
const TICKS: uPlot.Axis.DynamicValues | (string | number | null)[][] = [
  [360 * DAY, '{YYYY}', null, null, null, null, null, null, 1],
  [28 * DAY, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [DAY, '{DD} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{DD} {MMM} {YYYY}', null, '\n{DD} {MMM}', null, null, null, 1],
];

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
  const { times, bucketSeconds, series, summary, height, slim = false, onRange } = props;
  const host = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme();
  const chosen = useRef(onRange);
  chosen.current = onRange;
  const plot = useRef<uPlot>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes what the variables hold
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const stacked = stack(series.map((item) => item.values));
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height,
        padding: slim ? [4, 16, 0, 16] : [12, 12, 0, 4],
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
            values: TICKS as uPlot.Axis.Values,
            ...(slim && { size: 38 }),
          },
          {
            ...axis(),
            show: !slim,
            size: 48,
            values: (_, ticks) => ticks.map((tick) => compact.format(tick)),
          },
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
            ({ select, posToVal }) => {
              if (select.width < 4) return;
              const half = bucketSeconds / 2;
              const from = posToVal(select.left, 'x') - half;
              const to = posToVal(select.left + select.width, 'x') + half;
              chosen.current(from, to);
            },
          ],
        },
      },
      [times, ...stacked.reverse()],
      element,
    );
    plot.current = chart;
    const resize = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      chart.destroy();
    };
  }, [times, bucketSeconds, series, height, slim, scheme]);

  // What is chosen is drawn as the selection, without telling it again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart that was made anew shows nothing
  useEffect(() => {
    const chart = plot.current;
    if (!chart || !slim) return;
    const { from, to } = props.chosen ?? {};
    const left = from === undefined ? 0 : Math.max(chart.valToPos(from, 'x'), 0);
    const width = chart.bbox.width / devicePixelRatio;
    const right = to === undefined ? width : Math.min(chart.valToPos(to, 'x'), width);
    const isChosen = props.chosen !== undefined && right > left;
    chart.setSelect(
      { left, top: 0, width: isChosen ? right - left : 0, height: chart.bbox.height },
      false,
    );
  }, [props.chosen, times, bucketSeconds, series, height, slim, scheme]);

  return (
    <div
      ref={host}
      className={classes.chart}
      data-slim={slim || undefined}
      style={{ height }}
      role="img"
      aria-label={summary}
    />
  );
}
