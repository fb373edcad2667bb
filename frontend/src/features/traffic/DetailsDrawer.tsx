import { Anchor, Button, Drawer, Stack } from '@mantine/core';
import { IconFilterPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { connection as connectionQuery } from '@/api/queries/flows';
import type { Connection, End, Flow, FlowFilter, Labels } from '@/api/types';
import { addTerm, type Subject, type Term } from '@/shared/flowFilter/terms';
import { useFocusBack } from '@/shared/hooks/useFocusBack';
import { formatCount, formatUtc } from '@/shared/lib/format';
import { connectionVerdict, OUTCOME_LABELS } from '@/shared/lib/outcomes';
import {
  connectionClient,
  connectionServer,
  flowDestination,
  flowL7,
  flowService,
  flowSource,
  peerText,
  serviceText,
} from '@/shared/lib/peers';
import { Verdict } from '@/shared/ui/Verdict';
import classes from './DetailsDrawer.module.css';

interface Props {
  row: Flow | Connection;
  filter: FlowFilter;
  onFilter: (filter: FlowFilter) => void;
  onClose: () => void;
}

type Add = (subject: Subject, side: Term['side'], value: string) => void;

export default function DetailsDrawer({ row, filter, onFilter, onClose }: Props) {
  useFocusBack();
  const add: Add = (subject, side, value) => {
    onFilter(addTerm(filter, { subject, side, value }));
    onClose();
  };
  const isFlow = 'flow_id' in row;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={520}
      title={isFlow ? 'Flow' : 'Connection'}
    >
      {'flow_id' in row ? (
        <FlowDetails flow={row} add={add} />
      ) : (
        <ConnectionDetails connection={row} add={add} />
      )}
    </Drawer>
  );
}

function FlowDetails({ flow, add }: { flow: Flow; add: Add }) {
  const { data: connection } = useQuery(connectionQuery(flow.connection_id));
  const port = flow.reply ? flow.source_port : flow.destination_port;
  return (
    <Stack gap="lg">
      <div className={classes.headline}>
        {peerText(flowSource(flow))} → {peerText(flowDestination(flow))}
      </div>
      <Section title="What happened">
        <Row label="Verdict" onFilter={() => add('verdict', 'either', flow.verdict)}>
          <Verdict verdict={flow.verdict} />
          {flow.drop_reason && <span className={classes.note}> {flow.drop_reason}</span>}
        </Row>
        <Row label="Time">{formatUtc(flow.timestamp)}</Row>
        {!flow.time_told && (
          <Row label="">The record had no time: this is the time of the import.</Row>
        )}
        <Row
          label="Server port"
          onFilter={port === null ? undefined : () => add('port', 'either', String(port))}
        >
          {flowService(flow)}
        </Row>
        <Row label="Packet">
          {`${flow.source_port ?? '–'} → ${flow.destination_port ?? '–'}`}
          {flow.tcp_flags.length > 0 && ` (${flow.tcp_flags.join(', ')})`}
          {flow.reply && ', a reply'}
        </Row>
        {flowL7(flow) && (
          <Row label="Request">
            <span className="mono">{flowL7(flow)}</span>
          </Row>
        )}
        {flow.http_host && <Row label="Host">{flow.http_host}</Row>}
        <Row label="Reported by">
          {[flow.node, flow.event, flow.observation_point].filter(Boolean).join(', ')}
        </Row>
        {flow.weight > 1 && <Row label="Stands for">{formatCount(flow.weight)} events</Row>}
      </Section>
      <EndSection
        title="Source"
        side="source"
        add={add}
        namespace={flow.source_namespace}
        workload={flow.source_workload}
        pod={flow.source_pod}
        address={flow.source_address}
        names={flow.source_names}
        labels={flow.source_labels}
        cluster={flow.source_cluster}
      />
      <EndSection
        title="Destination"
        side="destination"
        add={add}
        namespace={flow.destination_namespace}
        workload={flow.destination_workload}
        pod={flow.destination_pod}
        address={flow.destination_address}
        names={flow.destination_names}
        labels={flow.destination_labels}
        cluster={flow.destination_cluster}
      />
      {connection && (
        <Section title="Its connection">
          <Row label="Counts as">
            {connection.standing === 'oriented'
              ? `${peerText(connectionClient(connection))} → ${peerText(connectionServer(connection))} ${serviceText(connection)}`
              : connection.standing_reason}
          </Row>
          <Row label="Events">{formatCount(connection.events)}</Row>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconFilterPlus size={14} />}
            onClick={() => add('connection', 'either', flow.connection_id)}
          >
            Show all its flows
          </Button>
        </Section>
      )}
    </Stack>
  );
}

function ConnectionDetails({ connection, add }: { connection: Connection; add: Add }) {
  return (
    <Stack gap="lg">
      <div className={classes.headline}>
        {peerText(connectionClient(connection))} → {peerText(connectionServer(connection))}{' '}
        <span className={classes.port}>{serviceText(connection)}</span>
      </div>
      <Section title="What happened">
        {connection.standing === 'oriented' ? (
          <Row label="Outcome">
            <Verdict {...connectionVerdict(connection)} />
          </Row>
        ) : (
          <Row label="No rule">{connection.standing_reason}</Row>
        )}
        <Outcomes label="Leaving the client" counts={connection.egress} />
        <Outcomes label="Reaching the server" counts={connection.ingress} />
        <Row label="Events">{formatCount(connection.events)}</Row>
        <Row label="First seen">{formatUtc(connection.first_seen)}</Row>
        <Row label="Last seen">{formatUtc(connection.last_seen)}</Row>
        {connection.nodes.length > 0 && (
          <Row label="Reported by">{connection.nodes.join(', ')}</Row>
        )}
      </Section>
      {connection.l7.length > 0 && (
        <Section title="Requests">
          <ul className={classes.requests}>
            {connection.l7.slice(0, 50).map((fact) => (
              <li
                key={`${fact.kind} ${fact.side} ${fact.denied} ${fact.method} ${fact.host} ${fact.path} ${fact.name}`}
              >
                <span className="mono">
                  {fact.kind === 'http' ? `${fact.method} ${fact.path}` : `DNS ${fact.name}`}
                </span>
                <span className={classes.note}>
                  {fact.denied ? 'denied, ' : ''}
                  {formatCount(fact.count)}×
                </span>
              </li>
            ))}
          </ul>
          {connection.l7.length > 50 && (
            <div className={classes.note}>and {formatCount(connection.l7.length - 50)} more</div>
          )}
        </Section>
      )}
      <ConnectionEnd title="Client" side="source" end={connection.client} names={[]} add={add} />
      <ConnectionEnd
        title="Server"
        side="destination"
        end={connection.server}
        names={connection.names}
        add={add}
      />
      <Button
        variant="default"
        leftSection={<IconFilterPlus size={16} />}
        onClick={() => add('connection', 'either', connection.connection_id)}
      >
        Keep only this connection
      </Button>
    </Stack>
  );
}

function Outcomes({ label, counts }: { label: string; counts: Record<string, number> }) {
  const seen = Object.entries(counts).filter(([, count]) => count > 0);
  return (
    <Row label={label}>
      {seen.length === 0
        ? 'Not seen on this side'
        : seen.map(([name, count]) => (
            <div key={name}>
              {OUTCOME_LABELS[name] ?? name}: {formatCount(count)}
            </div>
          ))}
    </Row>
  );
}

interface ConnectionEndProps {
  title: string;
  side: 'source' | 'destination';
  end: End;
  names: string[];
  add: Add;
}

function ConnectionEnd({ title, side, end, names, add }: ConnectionEndProps) {
  return (
    <EndSection
      title={title}
      side={side}
      add={add}
      namespace={end.namespace}
      workload={end.workload}
      pod=""
      address={end.address}
      names={names}
      labels={end.labels}
      cluster={end.cluster}
    />
  );
}

interface EndProps {
  title: string;
  side: 'source' | 'destination';
  add: Add;
  cluster: string;
  namespace: string;
  workload: string;
  pod: string;
  address: string;
  names: string[];
  labels: Labels;
}

function EndSection({ title, side, add, ...end }: EndProps) {
  const labels = Object.entries(end.labels);
  return (
    <Section title={title}>
      {end.namespace && (
        <Row label="Namespace" onFilter={() => add('namespace', 'either', end.namespace)}>
          {end.namespace}
        </Row>
      )}
      {end.workload && (
        <Row
          label="Workload"
          onFilter={() =>
            add('workload', side, end.namespace ? `${end.namespace}/${end.workload}` : end.workload)
          }
        >
          {end.workload}
        </Row>
      )}
      {end.pod && <Row label="Pod">{end.pod}</Row>}
      {end.address && <Row label="Address">{end.address}</Row>}
      {end.names.length > 0 && <Row label="Names">{end.names.join(', ')}</Row>}
      {end.cluster && end.cluster !== 'default' && <Row label="Cluster">{end.cluster}</Row>}
      {labels.length > 0 && (
        <Row label="Labels">
          <ul className={classes.labels}>
            {labels.map(([key, value]) => {
              const text = value === '' ? key : `${key}=${value}`;
              return (
                <li key={key}>
                  <button
                    type="button"
                    className={classes.label}
                    title="Filter by this label"
                    onClick={() => add('label', side, text)}
                  >
                    {text}
                  </button>
                </li>
              );
            })}
          </ul>
        </Row>
      )}
    </Section>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className={classes.title}>{title}</h3>
      <div className={classes.rows}>{children}</div>
    </section>
  );
}

interface RowProps {
  label: string;
  children: ReactNode;
  onFilter?: (() => void) | undefined;
}

function Row({ label, children, onFilter }: RowProps) {
  return (
    <div className={classes.row}>
      <span className={classes.key}>{label}</span>
      <span className={classes.value}>{children}</span>
      {onFilter && (
        <Anchor
          component="button"
          type="button"
          fz="xs"
          onClick={onFilter}
          aria-label={`Filter by this ${label.toLowerCase()}`}
        >
          Filter
        </Anchor>
      )}
    </div>
  );
}
