import { Button, MultiSelect, SegmentedControl, Skeleton, Switch } from '@mantine/core';
import { IconFlask, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { simulation } from '@/api/queries/analysis';
import { policyChoices } from '@/api/queries/policies';
import type { SimulateRequest } from '@/api/types';
import { readFilter, writeFilter } from '@/shared/flowFilter/codec';
import { FilterBar } from '@/shared/flowFilter/FilterBar';
import { fullName } from '@/shared/policies/labels';
import { Card } from '@/shared/ui/Card';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { Results } from './Results';
import { type Against, ALL_STORED, requestOf } from './request';
import classes from './simulation.module.css';

const YamlInput = lazy(() => import('./YamlInput'));

export function Component() {
  const [params, setParams] = useSearchParams();
  const [yaml, setYaml] = useState('');
  const [pasting, setPasting] = useState(false);
  const [request, setRequest] = useState<SimulateRequest>();
  const stored = useQuery(policyChoices(''));
  const policyIds = params.getAll('policy');
  const against: Against = params.get('against') === 'stored' ? 'stored' : 'seen';
  const onlyChanged = params.get('changed') === 'true';
  const text = params.toString();
  const filter = useMemo(() => readFilter(new URLSearchParams(text)), [text]);

  const change = (key: string, values: string[]) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        next.delete(key);
        for (const value of values) next.append(key, value);
        return next;
      },
      { replace: true },
    );

  const options = (stored.data?.items ?? []).map((policy) => ({
    value: policy.policy_id,
    label: fullName(policy),
  }));
  const plan = {
    policyIds,
    yaml: pasting ? yaml : '',
    against,
    filter,
    onlyChanged,
  };
  const next = requestOf(plan);
  const outdated = request !== undefined && JSON.stringify(next) !== JSON.stringify(request);

  return (
    <>
      <PageHeader
        title="Simulation"
        description="Replay recorded connections through policies, as Cilium would judge them, before anything is applied."
      />
      <Card title="What to simulate">
        <div className={classes.form}>
          <div className={classes.policies}>
            <MultiSelect
              className={classes.grow}
              label="Policies"
              placeholder={policyIds.length === 0 ? 'Choose stored policies' : undefined}
              searchable
              clearable
              nothingFoundMessage={stored.isPending ? 'Loading…' : 'No policy is stored yet'}
              data={[{ value: ALL_STORED, label: 'All stored policies' }, ...options]}
              value={policyIds}
              onChange={(values) => change('policy', values)}
            />
            <Button
              variant="default"
              disabled={options.length === 0}
              onClick={() => change('policy', [ALL_STORED])}
            >
              All stored
            </Button>
            <Button
              variant="default"
              leftSection={<IconPlus size={16} />}
              aria-expanded={pasting}
              onClick={() => setPasting(!pasting)}
            >
              {pasting ? 'Leave out my YAML' : 'Paste YAML'}
            </Button>
          </div>
          {pasting && (
            <Suspense fallback={<Skeleton height={240} />}>
              <YamlInput value={yaml} onChange={setYaml} />
            </Suspense>
          )}
          <div>
            <div className={classes.label}>Recorded traffic</div>
            <FilterBar
              filter={filter}
              onChange={(value) =>
                setParams((current) => writeFilter(value, current), { replace: true })
              }
            />
          </div>
          <div className={classes.run}>
            <SegmentedControl
              aria-label="Compare with"
              value={against}
              onChange={(value) => change('against', value === 'stored' ? ['stored'] : [])}
              data={[
                { value: 'seen', label: 'Against what really happened' },
                { value: 'stored', label: 'Against the stored policies' },
              ]}
            />
            <Switch
              label="Only what changes"
              checked={onlyChanged}
              onChange={(event) => change('changed', event.currentTarget.checked ? ['true'] : [])}
            />
            <span className={classes.spacer} />
            {outdated && (
              <span className={classes.hint}>The results below are of the last run.</span>
            )}
            <Button
              leftSection={<IconPlayerPlay size={16} />}
              disabled={!next}
              onClick={() => setRequest(next)}
            >
              Run simulation
            </Button>
          </div>
        </div>
      </Card>
      <div className={classes.results}>
        {request ? (
          <Outcome request={request} />
        ) : (
          <EmptyState icon={<IconFlask size={22} />} title="Nothing was simulated yet">
            Choose policies and run them over the recorded traffic. You see what would be allowed,
            what denied, and which rule decides.
          </EmptyState>
        )}
      </div>
    </>
  );
}

function Outcome({ request }: { request: SimulateRequest }) {
  const { data, error, isPending, isFetching, refetch } = useQuery(simulation(request));
  if (isPending) {
    return (
      <div className={classes.loading} aria-busy="true">
        <Skeleton height={90} />
        <Skeleton height={320} />
      </div>
    );
  }
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <Results simulation={data} stale={isFetching} compared={request.against !== undefined} />;
}
