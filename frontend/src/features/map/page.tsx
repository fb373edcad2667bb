import { Button, NativeSelect, SegmentedControl, Skeleton, Switch } from '@mantine/core';
import { IconFilterOff, IconTopologyStar3 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { mapConnections } from '@/api/queries/flows';
import type { FlowFilter } from '@/api/types';
import type { GenerateSource } from '@/features/generate/source';
import { isEmptyFilter, readFilter, writeFilter } from '@/shared/flowFilter/codec';
import { FilterBar } from '@/shared/flowFilter/FilterBar';
import { formatCount, plural } from '@/shared/lib/format';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { NoTraffic } from '@/shared/ui/NoTraffic';
import { PageHeader } from '@/shared/ui/PageHeader';
import { idOfNamespace, type MapNode, MOST_NODES, serviceMap, textOfNamespace } from './graph';
import { computeLayout, NODE_HEIGHT, NODE_WIDTH } from './layout';
import type { Chosen } from './MapCanvas';
import { MapTable } from './MapTable';
import classes from './map.module.css';
import { SidePanel } from './SidePanel';

// The library that draws is half of this page, and the table does without.
const MapCanvas = lazy(() => import('./MapCanvas'));
const GenerateDrawer = lazy(() => import('@/features/generate/GenerateDrawer'));

/** Filter, open namespace and view, which live in the address. */
function useMapAddress() {
  const [params, setParams] = useSearchParams();
  const text = params.toString();
  const filter = useMemo(() => readFilter(new URLSearchParams(text)), [text]);
  const set = (key: string, value: string | undefined) =>
    setParams((current) => {
      const changed = new URLSearchParams(current);
      if (value) changed.set(key, value);
      else changed.delete(key);
      return changed;
    });
  return {
    filter,
    open: params.get('open') ?? undefined,
    quiet: params.get('quiet') === 'true',
    view: params.get('view') === 'table' ? 'table' : 'map',
    setFilter: (next: FlowFilter) =>
      setParams((current) => writeFilter(next, current), { replace: true }),
    set,
    clear: () => setParams({}),
  };
}

/** An open namespace is asked for by itself, so that its map is whole even in a large cluster. */
function queryFilter(filter: FlowFilter, open: string | undefined): FlowFilter {
  if (open === undefined || filter.namespace) return filter;
  return { ...filter, namespace: [open.slice(open.indexOf('/') + 1)] };
}

export function Component() {
  const { filter, open, quiet, view, setFilter, set, clear } = useMapAddress();
  const [chosen, setChosen] = useState<Chosen>();
  const [source, setSource] = useState<GenerateSource>();
  const connections = useQuery(mapConnections(queryFilter(filter, open)));
  const items = connections.data?.items;
  const map = useMemo(
    () => serviceMap(items ?? [], { open: open && idOfNamespace(open), quiet }),
    [items, open, quiet],
  );
  // The menu keeps the namespaces of the whole, also while one is open.
  const all = useQuery({ ...mapConnections(filter), enabled: open !== undefined });
  const namespaces = useMemo(
    () =>
      open === undefined
        ? map.namespaces
        : serviceMap(all.data?.items ?? [], { open: undefined, quiet: false }).namespaces,
    [open, map.namespaces, all.data],
  );
  const openNamespace = (node: MapNode) => {
    if (node.kind !== 'namespace') return;
    setChosen(undefined);
    set('open', textOfNamespace(node));
  };
  const shape = map.nodes.map((node) => node.id).join('\n');
  const layout = useQuery({
    queryKey: ['map', 'layout', shape, map.edges.map((edge) => edge.id).join('\n')],
    queryFn: ({ signal }) =>
      computeLayout(
        {
          nodes: map.nodes.map((node) => node.id),
          edges: map.edges.map((edge) => [edge.source, edge.target]),
          width: NODE_WIDTH,
          height: NODE_HEIGHT,
        },
        signal,
      ),
    enabled: map.nodes.length > 0 && view === 'map',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

  const isEmpty = connections.isSuccess && map.nodes.length === 0;
  return (
    <div className={classes.page}>
      <PageHeader
        title="Service map"
        description="Who talks to whom, as recorded. Open a namespace to see its workloads."
        actions={
          <SegmentedControl
            aria-label="Show as"
            value={view}
            onChange={(value) => set('view', value === 'table' ? 'table' : undefined)}
            data={[
              { value: 'map', label: 'Map' },
              { value: 'table', label: 'Table' },
            ]}
          />
        }
      />
      <div className={classes.tools}>
        <FilterBar filter={filter} onChange={setFilter} />
      </div>
      <div className={classes.level}>
        <NativeSelect
          size="xs"
          aria-label="Show workloads of"
          value={open ?? ''}
          onChange={(event) => {
            setChosen(undefined);
            set('open', event.currentTarget.value);
          }}
        >
          <option value="">Each namespace as one place</option>
          <OpenOptions namespaces={namespaces} open={open} />
        </NativeSelect>
        <Switch
          size="xs"
          label="Hide name lookups, nodes and the API server"
          checked={quiet}
          onChange={(event) => set('quiet', event.currentTarget.checked ? 'true' : undefined)}
        />
        <span className={classes.notes} role="status">
          {map.hidden > 0 &&
            `${plural(map.hidden, 'place')} left out: the busiest ${MOST_NODES} are shown. `}
          {connections.data &&
            !connections.data.complete &&
            `Made of the busiest ${formatCount(connections.data.items.length)} connections; narrow the filter to see others.`}
        </span>
      </div>
      <div className={classes.frame} data-stale={connections.isPlaceholderData || undefined}>
        {connections.isError ? (
          <ErrorState error={connections.error} onRetry={() => void connections.refetch()} />
        ) : isEmpty ? (
          <Nothing
            filtered={!isEmptyFilter(filter) || open !== undefined || quiet}
            onClear={clear}
          />
        ) : (
          <>
            <div className={classes.canvas}>
              {view === 'table' && items ? (
                <MapTable map={map} onChoose={setChosen} />
              ) : layout.isError ? (
                <ErrorState error={layout.error} onRetry={() => void layout.refetch()} />
              ) : layout.data && items ? (
                <Suspense fallback={<Skeleton height="100%" radius={0} />}>
                  <MapCanvas
                    key={shape}
                    map={map}
                    layout={layout.data}
                    chosen={chosen}
                    onChoose={setChosen}
                    onOpen={openNamespace}
                  />
                </Suspense>
              ) : (
                <Skeleton height="100%" radius={0} aria-busy="true" />
              )}
            </div>
            <SidePanel
              map={map}
              chosen={chosen}
              onChoose={setChosen}
              onOpen={openNamespace}
              onGenerate={setSource}
            />
          </>
        )}
      </div>
      {source && (
        <Suspense>
          <GenerateDrawer source={source} onClose={() => setSource(undefined)} />
        </Suspense>
      )}
    </div>
  );
}

/** Namespaces by name; with several clusters each says of which it is. */
function OpenOptions({ namespaces, open }: { namespaces: MapNode[]; open: string | undefined }) {
  const clusters = new Set(namespaces.map((node) => node.cluster));
  const texts = namespaces.map(textOfNamespace);
  const missing = open !== undefined && !texts.includes(open) ? open : undefined;
  return (
    <>
      {missing && (
        <option value={missing}>
          Workloads of namespace {missing.slice(missing.indexOf('/') + 1)}
        </option>
      )}
      {namespaces.map((node) => (
        <option key={node.id} value={textOfNamespace(node)}>
          Workloads of namespace {node.name}
          {clusters.size > 1 && ` of cluster ${node.cluster}`}
        </option>
      ))}
    </>
  );
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <EmptyState
        icon={<IconFilterOff size={22} />}
        title="Nothing was recorded of this"
        actions={
          <Button variant="default" onClick={onClear}>
            Show everything
          </Button>
        }
      >
        Remove a condition, widen the time range, or close the namespace.
      </EmptyState>
    );
  }
  return (
    <NoTraffic icon={<IconTopologyStar3 size={22} />}>
      The map is drawn from recorded flows.
    </NoTraffic>
  );
}
