import { Button, Skeleton } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import { dashboard } from '@/api/queries/overview';
import type { Dashboard } from '@/api/types';
import { type GenerateSource, type Subject, workloadText } from '@/features/generate/source';
import { Permitted } from '@/shared/session/Permitted';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { Activity } from './Activity';
import classes from './dashboard.module.css';
import { FirstSteps } from './FirstSteps';
import { Tiles } from './Tiles';
import { TopTalkers } from './TopTalkers';
import { TrafficOverTime } from './TrafficOverTime';
import { Unprotected } from './Unprotected';

const GenerateDrawer = lazy(() => import('@/features/generate/GenerateDrawer'));

export function Component() {
  const { data, error, isPending, refetch } = useQuery(dashboard());
  const isFirst = data?.totals.events === 0 && data.totals.policies === 0;
  return (
    <>
      <PageHeader
        title="Dashboard"
        description="What was recorded, what is protected, and what happened lately."
        actions={
          !isFirst && (
            <Permitted needs="editor">
              <Button component={Link} to="/import" leftSection={<IconFileImport size={16} />}>
                Import flows
              </Button>
            </Permitted>
          )
        }
      />
      {isPending ? (
        <DashboardSkeleton />
      ) : error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isFirst ? (
        <FirstSteps />
      ) : (
        data && <Content data={data} />
      )}
    </>
  );
}

function Content({ data }: { data: Dashboard }) {
  const [source, setSource] = useState<GenerateSource>();
  const generate = (subject: Subject) =>
    setSource({
      filter: {
        workload: [
          subject.namespace ? `${subject.namespace}/${subject.workload}` : subject.workload,
        ],
      },
      label: `all traffic of ${workloadText(subject)}`,
      subject,
    });
  return (
    <div className={classes.grid}>
      <Tiles totals={data.totals} />
      <TrafficOverTime traffic={data.traffic} />
      <Unprotected
        workloads={data.workloads_without_policy}
        total={data.totals.workloads_without_policy}
        onGenerate={generate}
      />
      <TopTalkers talkers={data.top_talkers} />
      <Activity imports={data.imports} changes={data.changes} />
      {source && (
        <Suspense>
          <GenerateDrawer source={source} onClose={() => setSource(undefined)} />
        </Suspense>
      )}
    </div>
  );
}

function DashboardSkeleton() {
  return (
    <div className={classes.grid} aria-busy="true">
      <div className={classes.tiles}>
        <Skeleton height={92} />
        <Skeleton height={92} />
        <Skeleton height={92} />
        <Skeleton height={92} />
      </div>
      <Skeleton height={300} className={classes.wide} />
      <Skeleton height={280} />
      <Skeleton height={280} />
    </div>
  );
}
