import type { Connection, Flow, FlowFilter } from '@/api/types';
import type { GenerateSource, Subject } from '@/features/generate/source';
import { plural } from '@/shared/lib/format';
import type { Selection } from '@/shared/lib/selection';
import type { View } from './useTrafficState';

interface Input {
  selection: Selection;
  view: View;
  filter: FlowFilter;
  flows: Flow[];
  connections: Connection[];
  total: number;
}

/** What a policy is generated from: the filter itself when all that match are selected. */
export function generateSource(input: Input): GenerateSource {
  const subject = subjectOf(input.filter);
  return { ...selected(input), ...(subject && { subject }) };
}

/** Whoever looks at one workload or one namespace means policies for it, not for its peers. */
function subjectOf({ workload, namespace }: FlowFilter): Subject | undefined {
  const [only, ...others] = workload ?? [];
  const slash = only?.indexOf('/') ?? -1;
  if (only !== undefined && others.length === 0 && slash > 0) {
    return { namespace: only.slice(0, slash), workload: only.slice(slash + 1) };
  }
  return namespace?.length === 1 ? { namespace: namespace[0] ?? '', workload: '' } : undefined;
}

function selected(input: Input): GenerateSource {
  const { selection, view, filter, flows, connections, total } = input;
  const unit = view === 'flows' ? 'flow' : 'connection';
  if (selection.mode === 'all') {
    const { direction, ...withoutDirection } = filter;
    return {
      filter: view === 'flows' && direction ? filter : withoutDirection,
      label: `all ${plural(total, unit)} that match the filter`,
    };
  }
  const ids = [...selection.ids];
  const label = `${plural(ids.length, unit)} selected`;
  if (view === 'flows') {
    const chosen = flows.filter((flow) => selection.ids.has(flow.flow_id));
    const ends = chosen.flatMap((flow) => [
      { namespace: flow.source_namespace, workload: flow.source_workload },
      { namespace: flow.destination_namespace, workload: flow.destination_workload },
    ]);
    return { flowIds: ids, label, subjects: distinct(ends) };
  }
  const chosen = connections.filter((connection) => selection.ids.has(connection.connection_id));
  return {
    filter: { connection: ids },
    label,
    subjects: distinct(chosen.flatMap(({ client, server }) => [client, server])),
  };
}

function distinct(ends: Subject[]): Subject[] {
  const found = new Map<string, Subject>();
  for (const { namespace, workload } of ends) {
    if (workload) found.set(`${namespace}/${workload}`, { namespace, workload });
  }
  return [...found.values()].sort((a, b) =>
    `${a.namespace}/${a.workload}`.localeCompare(`${b.namespace}/${b.workload}`),
  );
}
