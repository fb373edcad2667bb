import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { storage } from '@/api/queries/settings';
import type { Storage } from '@/api/types';
import { trafficPath } from '@/shared/flowFilter/codec';
import { formatBytes, formatPercent, plural } from '@/shared/lib/format';
import { Card } from '@/shared/ui/Card';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import classes from './settings.module.css';

export function Component() {
  const { data, error, isPending, refetch } = useQuery(storage());
  return (
    <>
      <PageHeader
        title="Storage"
        description="What recorded flows take on the disk. Connections and policies outlive them."
      />
      {isPending ? (
        <Skeleton height={240} aria-busy="true" />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Content data={data} />
      )}
    </>
  );
}

const DAY_MS = 86_400_000;
const nextDay = (day: string) => new Date(Date.parse(day) + DAY_MS).toISOString();

function Content({ data }: { data: Storage }) {
  const most = Math.max(...data.days.map((item) => item.bytes), 1);
  return (
    <>
      <dl className={classes.tiles}>
        <div>
          <dt>Flows</dt>
          <dd>{formatBytes(data.flows_bytes)}</dd>
          <dd className={classes.dimmed}>
            {formatPercent(data.flows_bytes, data.database_bytes)} of the database
          </dd>
        </div>
        <div>
          <dt>Whole database</dt>
          <dd>{formatBytes(data.database_bytes)}</dd>
          <dd className={classes.dimmed}>indexes included</dd>
        </div>
        <div>
          <dt>Kept for</dt>
          <dd>{data.retention_days === 0 ? 'ever' : plural(data.retention_days, 'day')}</dd>
          <dd className={classes.dimmed}>set by CPA_RETENTION_DAYS</dd>
        </div>
        <div>
          <dt>Oldest day</dt>
          <dd>{data.oldest_day ?? '–'}</dd>
          <dd className={classes.dimmed}>{plural(data.days.length, 'day')} with flows, UTC</dd>
        </div>
      </dl>
      <Card title="By day" flush>
        {data.days.length === 0 ? (
          <EmptyState compact title="No flows are stored" />
        ) : (
          <ul className={classes.days}>
            {data.days.map(({ day, bytes }) => (
              <li key={day}>
                <Link
                  to={trafficPath({ time_from: `${day}T00:00:00.000Z`, time_to: nextDay(day) })}
                >
                  {day}
                </Link>
                <span className={classes.bar} aria-hidden>
                  <span style={{ width: `${(bytes / most) * 100}%` }} />
                </span>
                <span className={classes.bytes}>{formatBytes(bytes)}</span>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}
