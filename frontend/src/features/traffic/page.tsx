import { Button, SegmentedControl, Skeleton } from '@mantine/core';
import { IconArrowsExchange, IconFilterOff } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { connectionPages, facets, flowPages } from '@/api/queries/flows';
import type { Connection, Flow } from '@/api/types';
import type { GenerateSource } from '@/features/generate/source';
import { isEmptyFilter } from '@/shared/flowFilter/codec';
import { FilterBar } from '@/shared/flowFilter/FilterBar';
import { formatCount } from '@/shared/lib/format';
import {
  connectionClient,
  connectionServer,
  flowDestination,
  flowSource,
  peerText,
} from '@/shared/lib/peers';
import { isNothing } from '@/shared/lib/selection';
import { useMay } from '@/shared/session/useSession';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { NoTraffic } from '@/shared/ui/NoTraffic';
import { PageHeader } from '@/shared/ui/PageHeader';
import { VirtualGrid } from '@/shared/ui/VirtualGrid';
import { ColumnMenu } from './ColumnMenu';
import { CONNECTION_COLUMNS, FLOW_COLUMNS, USUAL_CONNECTION, USUAL_FLOW } from './columns';
import { SelectionBar } from './SelectionBar';
import { generateSource } from './source';
import { TrafficMenu } from './TrafficMenu';
import classes from './traffic.module.css';
import { useColumns } from './useColumns';
import { useRowSelection, useTrafficAddress, type View } from './useTrafficState';

const Timeline = lazy(() => import('./Timeline'));
const DetailsDrawer = lazy(() => import('./DetailsDrawer'));
const GenerateDrawer = lazy(() => import('@/features/generate/GenerateDrawer'));

/** Beyond this many rows a person searches better than scrolls; the selection of all has no such end. */
const MOST_ROWS = 20_000;

const COLUMN_WIDTH = 152;
const minWidth = (columns: number) => Math.max(columns * COLUMN_WIDTH, 480);

const flowId = (flow: Flow) => flow.flow_id;
const connectionId = (connection: Connection) => connection.connection_id;

export function Component() {
  const { filter, view, setFilter, setView } = useTrafficAddress();
  const selection = useRowSelection(view, filter);
  const mayGenerate = useMay('editor');
  const flowColumns = useColumns('flows', FLOW_COLUMNS, USUAL_FLOW);
  const connectionColumns = useColumns('connections', CONNECTION_COLUMNS, USUAL_CONNECTION);
  const [active, setActive] = useState<string>();
  const [open, setOpen] = useState<Flow | Connection>();
  const [source, setSource] = useState<GenerateSource>();

  const flows = useInfiniteQuery({ ...flowPages(filter), enabled: view === 'flows' });
  const connections = useInfiniteQuery({
    ...connectionPages(filter),
    enabled: view === 'connections',
  });
  const { data: facetData } = useQuery(facets(filter));
  const flowRows = useMemo(
    () => flows.data?.pages.flatMap((page) => page.items) ?? [],
    [flows.data],
  );
  const connectionRows = useMemo(
    () => connections.data?.pages.flatMap((page) => page.items) ?? [],
    [connections.data],
  );

  const isFlows = view === 'flows';
  const list = isFlows ? flows : connections;
  const rowCount = isFlows ? flowRows.length : connectionRows.length;
  const loaded = useMemo(
    () => (isFlows ? flowRows.map(flowId) : connectionRows.map(connectionId)),
    [isFlows, flowRows, connectionRows],
  );
  const matching = facetData?.matching;
  const total = (isFlows ? matching?.flows : matching?.connections) ?? rowCount;
  const atLimit = rowCount >= MOST_ROWS && list.hasNextPage;

  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && rowCount < MOST_ROWS) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage, rowCount]);

  const generate = () => {
    if (isNothing(selection.value) || !mayGenerate) return;
    setSource(
      generateSource({
        selection: selection.value,
        view,
        filter,
        flows: flowRows,
        connections: connectionRows,
        total,
      }),
    );
  };
  const grid = {
    label: isFlows ? 'Flows' : 'Connections',
    total: matching?.exact === false ? -1 : total,
    activeId: active,
    onActive: setActive,
    onKey: (key: string) => {
      if (key === 'g') generate();
      return key === 'g';
    },
    onEnd,
    busy: list.isFetching,
    footer: atLimit
      ? `Only the first ${formatCount(rowCount)} are listed. Narrow the filter to see others; “select all” takes them all.`
      : isFetchingNextPage
        ? 'Loading more…'
        : undefined,
    selection: {
      value: selection.value,
      onToggle: (id: string, range: boolean) => selection.toggle(id, range, loaded),
      onExtend: (anchor: string, id: string) => selection.extend(anchor, id, loaded),
      onAll: (all: boolean) => (all ? selection.set({ mode: 'all' }) : selection.clear()),
      rowLabel: (index: number) =>
        isFlows ? flowLabel(flowRows[index]) : connectionLabel(connectionRows[index]),
    },
  };

  const isEmpty = list.isSuccess && rowCount === 0 && !list.isPlaceholderData;
  return (
    <div className={classes.page}>
      <PageHeader
        title="Traffic"
        description="Who talks to whom. Select what should keep working and generate a policy from it."
        actions={
          <>
            <SegmentedControl
              aria-label="Show"
              value={view}
              onChange={(value) => setView(value as View)}
              data={[
                { value: 'flows', label: 'Flows' },
                { value: 'connections', label: 'Connections' },
              ]}
            />
            {isFlows ? (
              <ColumnMenu columns={flowColumns.all} {...flowColumns.menu} />
            ) : (
              <ColumnMenu columns={connectionColumns.all} {...connectionColumns.menu} />
            )}
            <TrafficMenu filter={filter} matching={matching?.flows ?? 0} />
          </>
        }
      />
      <div className={classes.tools}>
        <FilterBar filter={filter} onChange={setFilter} />
      </div>
      <Suspense fallback={null}>
        <Timeline filter={filter} onChange={setFilter} />
      </Suspense>
      <div className={classes.frame} data-stale={list.isPlaceholderData || undefined}>
        {list.isPending ? (
          <TableSkeleton />
        ) : list.isError && rowCount === 0 ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : isEmpty ? (
          <NoRows filtered={!isEmptyFilter(filter)} onClear={() => setFilter({})} />
        ) : isFlows ? (
          <VirtualGrid
            key="flows"
            {...grid}
            rows={flowRows}
            idOf={flowId}
            columns={flowColumns.visible}
            minWidth={minWidth(flowColumns.visible.length)}
            onOpen={setOpen}
          />
        ) : (
          <VirtualGrid
            key="connections"
            {...grid}
            rows={connectionRows}
            idOf={connectionId}
            columns={connectionColumns.visible}
            minWidth={minWidth(connectionColumns.visible.length)}
            onOpen={setOpen}
          />
        )}
        {rowCount > 0 && (
          <SelectionBar
            selection={selection.value}
            unit={isFlows ? 'flow' : 'connection'}
            matching={total}
            exact={matching?.exact ?? true}
            onAll={() => selection.set({ mode: 'all' })}
            onClear={selection.clear}
            onGenerate={generate}
          />
        )}
      </div>
      {open && (
        <Suspense>
          <DetailsDrawer
            row={open}
            onClose={() => setOpen(undefined)}
            filter={filter}
            onFilter={setFilter}
          />
        </Suspense>
      )}
      {source && (
        <Suspense>
          <GenerateDrawer source={source} onClose={() => setSource(undefined)} />
        </Suspense>
      )}
    </div>
  );
}

const flowLabel = (flow: Flow | undefined) =>
  flow ? `Select ${peerText(flowSource(flow))} to ${peerText(flowDestination(flow))}` : 'Select';

const connectionLabel = (connection: Connection | undefined) =>
  connection
    ? `Select ${peerText(connectionClient(connection))} to ${peerText(connectionServer(connection))}`
    : 'Select';

const SKELETON_ROWS = Array.from({ length: 12 }, (_, index) => index);

function TableSkeleton() {
  return (
    <div className={classes.skeleton} aria-busy="true">
      {SKELETON_ROWS.map((row) => (
        <Skeleton key={row} height={20} />
      ))}
    </div>
  );
}

function NoRows({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <EmptyState
        icon={<IconFilterOff size={22} />}
        title="No traffic matches this filter"
        actions={
          <Button variant="default" onClick={onClear}>
            Clear the filter
          </Button>
        }
      >
        Remove a condition or widen the time range.
      </EmptyState>
    );
  }
  return (
    <NoTraffic icon={<IconArrowsExchange size={22} />}>
      Import what Hubble recorded, or look around with the sample data.
    </NoTraffic>
  );
}
