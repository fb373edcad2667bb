import { Button, Skeleton, Table } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Dashboard } from '@/api/types';
import { trafficSeries } from '@/shared/charts/trafficSeries';
import { trafficPath } from '@/shared/flowFilter/codec';
import { formatCompact, formatCount, formatDate } from '@/shared/lib/format';
import { Card } from '@/shared/ui/Card';
import { EmptyState } from '@/shared/ui/EmptyState';
import classes from './dashboard.module.css';

const StackedChart = lazy(() => import('@/shared/charts/StackedChart'));

const HEIGHT = 230;

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

export function TrafficOverTime({ traffic }: { traffic: Dashboard['traffic'] }) {
  const navigate = useNavigate();
  const [asTable, setAsTable] = useState(false);
  const { times, series, totals, summary } = useMemo(() => trafficSeries(traffic), [traffic]);
  return (
    <Card
      title="Traffic over time"
      className={classes.wide}
      aside={
        <div className={classes.chartTools}>
          <ul className={classes.legend} aria-label="Verdicts">
            {totals.map(({ label, colour, total }) => (
              <li key={label}>
                <span style={{ background: `var(${colour})` }} aria-hidden />
                {label} <strong>{formatCompact(total)}</strong>
              </li>
            ))}
          </ul>
          {times.length > 0 && (
            <Button variant="subtle" size="compact-sm" onClick={() => setAsTable(!asTable)}>
              {asTable ? 'Show as chart' : 'Show as table'}
            </Button>
          )}
        </div>
      }
    >
      {times.length === 0 ? (
        <EmptyState compact title="No traffic in this time" />
      ) : asTable ? (
        <section
          className={classes.tableScroll}
          aria-label="Traffic over time as a table"
          tabIndex={0}
        >
          <Table stickyHeader fz="sm" verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>From</Table.Th>
                {series.map((item) => (
                  <Table.Th key={item.label} ta="right">
                    {item.label}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {times.map((time, index) => (
                <Table.Tr key={time}>
                  <Table.Td>{formatDate(iso(time))}</Table.Td>
                  {series.map((item) => (
                    <Table.Td key={item.label} ta="right" className="numeric">
                      {formatCount(item.values[index] ?? 0)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      ) : (
        <>
          <Suspense fallback={<Skeleton height={HEIGHT} />}>
            <StackedChart
              times={times}
              bucketSeconds={traffic.bucket_seconds}
              series={series}
              summary={summary}
              height={HEIGHT}
              onRange={(from, to) =>
                navigate(trafficPath({ time_from: iso(from), time_to: iso(to) }))
              }
            />
          </Suspense>
          <p className={classes.hint}>Drag over the chart to look at the flows of that time.</p>
        </>
      )}
    </Card>
  );
}
