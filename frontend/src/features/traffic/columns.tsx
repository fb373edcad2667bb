import { IconCornerDownLeft } from '@tabler/icons-react';
import type { Connection, Flow } from '@/api/types';
import { formatCount } from '@/shared/lib/format';
import { connectionVerdict } from '@/shared/lib/outcomes';
import {
  connectionClient,
  connectionServer,
  flowDestination,
  flowL7,
  flowService,
  flowSource,
  serviceText,
} from '@/shared/lib/peers';
import { Peer } from '@/shared/ui/Peer';
import { Tag } from '@/shared/ui/Tag';
import { Time } from '@/shared/ui/Time';
import { Verdict } from '@/shared/ui/Verdict';
import type { GridColumn } from '@/shared/ui/VirtualGrid';
import classes from './traffic.module.css';

const USUAL_FLOWS: GridColumn<Flow>[] = [
  { key: 'time', header: 'Time', width: '138px', cell: (flow) => <Time iso={flow.timestamp} /> },
  {
    key: 'source',
    header: 'Source',
    width: 'minmax(180px, 1.2fr)',
    cell: (flow) => <Peer peer={flowSource(flow)} />,
  },
  {
    key: 'destination',
    header: 'Destination',
    width: 'minmax(180px, 1.2fr)',
    cell: (flow) => <Peer peer={flowDestination(flow)} />,
  },
  {
    key: 'port',
    header: 'Server port',
    width: '132px',
    cell: (flow) => (
      <span className={classes.service}>
        {flowService(flow)}
        {flow.reply && (
          <span title="A reply: the server is the source" className={classes.reply}>
            <IconCornerDownLeft size={13} aria-hidden /> reply
          </span>
        )}
      </span>
    ),
  },
  {
    key: 'l7',
    header: 'HTTP or DNS',
    width: 'minmax(120px, 0.9fr)',
    cell: (flow) => <span className="mono">{flowL7(flow)}</span>,
  },
  {
    key: 'direction',
    header: 'Direction',
    width: '92px',
    cell: (flow) =>
      flow.direction === '' ? '–' : flow.direction === 'INGRESS' ? 'Ingress' : 'Egress',
  },
  {
    key: 'verdict',
    header: 'Verdict',
    width: '116px',
    cell: (flow) => <Verdict verdict={flow.verdict} />,
  },
];

const EXTRA_FLOW: GridColumn<Flow>[] = [
  {
    key: 'reason',
    header: 'Drop reason',
    width: 'minmax(130px, 0.8fr)',
    cell: (flow) => flow.drop_reason || '–',
  },
  {
    key: 'addresses',
    header: 'Addresses',
    width: 'minmax(150px, 0.9fr)',
    cell: (flow) => (
      <span className="mono">
        {[flow.source_address, flow.destination_address].filter(Boolean).join(' → ') || '–'}
      </span>
    ),
  },
  { key: 'node', header: 'Node', width: 'minmax(120px, 0.8fr)', cell: (flow) => flow.node || '–' },
  {
    key: 'flags',
    header: 'TCP flags',
    width: '110px',
    cell: (flow) => flow.tcp_flags.join(' ') || '–',
  },
];

/** Shown until the reader chooses. */
export const USUAL_FLOW = USUAL_FLOWS.map((column) => column.key);
export const FLOW_COLUMNS = [...USUAL_FLOWS, ...EXTRA_FLOW];

const USUAL_CONNECTIONS: GridColumn<Connection>[] = [
  {
    key: 'client',
    header: 'Client',
    width: 'minmax(180px, 1.2fr)',
    cell: (connection) => <Peer peer={connectionClient(connection)} />,
  },
  {
    key: 'server',
    header: 'Server',
    width: 'minmax(180px, 1.2fr)',
    cell: (connection) => <Peer peer={connectionServer(connection)} />,
  },
  { key: 'port', header: 'Server port', width: '128px', cell: serviceText },
  {
    key: 'l7',
    header: 'HTTP or DNS',
    width: 'minmax(110px, 0.7fr)',
    cell: (connection) => <L7Summary connection={connection} />,
  },
  {
    key: 'events',
    header: 'Events',
    width: '92px',
    align: 'end',
    cell: (connection) => formatCount(connection.events),
  },
  {
    key: 'seen',
    header: 'Last seen',
    width: '138px',
    cell: (connection) => <Time iso={connection.last_seen} />,
  },
  {
    key: 'outcome',
    header: 'Outcome',
    width: '150px',
    cell: (connection) =>
      connection.standing === 'oriented' ? (
        <Verdict {...connectionVerdict(connection)} />
      ) : (
        <span title={connection.standing_reason}>
          <Tag>No rule from it</Tag>
        </span>
      ),
  },
];

const EXTRA_CONNECTION: GridColumn<Connection>[] = [
  {
    key: 'first',
    header: 'First seen',
    width: '138px',
    cell: (connection) => <Time iso={connection.first_seen} />,
  },
  {
    key: 'nodes',
    header: 'Nodes',
    width: 'minmax(120px, 0.7fr)',
    cell: (connection) => connection.nodes.join(', ') || '–',
  },
  {
    key: 'clusters',
    header: 'Clusters',
    width: 'minmax(110px, 0.6fr)',
    cell: ({ client, server }) =>
      [...new Set([client.cluster, server.cluster].filter(Boolean))].join(' → ') || '–',
  },
];

export const USUAL_CONNECTION = USUAL_CONNECTIONS.map((column) => column.key);
export const CONNECTION_COLUMNS = [...USUAL_CONNECTIONS, ...EXTRA_CONNECTION];

function L7Summary({ connection }: { connection: Connection }) {
  const [first, ...others] = connection.l7;
  if (!first) return null;
  const text = first.kind === 'http' ? `${first.method} ${first.path}` : `DNS ${first.name}`;
  return (
    <span className="mono">
      {text}
      {others.length > 0 && ` +${others.length}`}
    </span>
  );
}
