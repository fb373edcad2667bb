import { Button, SegmentedControl, Table } from '@mantine/core';
import { IconShieldPlus } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import type { Decision, SimulatedConnection, Simulation } from '@/api/types';
import type { GenerateSource } from '@/features/generate/source';
import { trafficPath } from '@/shared/flowFilter/codec';
import { formatCount, plural } from '@/shared/lib/format';
import { connectionClient, connectionServer, serviceText } from '@/shared/lib/peers';
import { useMay } from '@/shared/session/useSession';
import { Card } from '@/shared/ui/Card';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Peer } from '@/shared/ui/Peer';
import { Verdict } from '@/shared/ui/Verdict';
import classes from './simulation.module.css';

const GenerateDrawer = lazy(() => import('@/features/generate/GenerateDrawer'));

interface Props {
  simulation: Simulation;
  stale: boolean;
  compared: boolean;
}

type Show = 'all' | 'allowed' | 'denied' | 'unknown' | 'changed';

/** Rows drawn at once; more come on request. */
const PAGE = 200;

export function Results({ simulation, stale, compared }: Props) {
  const [show, setShow] = useState<Show>('all');
  const [shown, setShown] = useState(PAGE);
  const mayGenerate = useMay('editor');
  const [source, setSource] = useState<GenerateSource>();
  const { totals, items, unused_rules: unused, truncated } = simulation;
  const rows = items.filter(
    (item) => show === 'all' || (show === 'changed' ? item.changed : item.verdict === show),
  );
  const broken = items.filter((item) => item.changed && item.verdict === 'denied');

  return (
    <div className={classes.stack} data-stale={stale || undefined}>
      <div className={classes.tiles}>
        <Tile label="Allowed" value={totals.allowed} tone="allowed" />
        <Tile label="Denied" value={totals.denied} tone="denied" />
        <Tile label="Unknown" value={totals.unknown} tone="warning" />
        <Tile
          label={compared ? 'Changed against the stored policies' : 'Changed against what happened'}
          value={totals.changed}
          tone="info"
        />
      </div>
      <Card
        flush
        title="Connections"
        description={
          truncated ? 'There are more than are listed: narrow the filter to see them.' : undefined
        }
        aside={
          <div className={classes.tableTools}>
            {broken.length > 0 && mayGenerate && (
              <Button
                variant="light"
                size="compact-md"
                leftSection={<IconShieldPlus size={15} />}
                onClick={() =>
                  setSource({
                    filter: { connection: broken.map((item) => item.connection.connection_id) },
                    label: `${plural(broken.length, 'connection')} that would be cut`,
                  })
                }
              >
                Generate the missing rules
              </Button>
            )}
            <SegmentedControl
              size="xs"
              aria-label="Show"
              value={show}
              onChange={(value) => {
                setShow(value as Show);
                setShown(PAGE);
              }}
              data={[
                { value: 'all', label: 'All' },
                { value: 'changed', label: 'Changed' },
                { value: 'denied', label: 'Denied' },
                { value: 'unknown', label: 'Unknown' },
                { value: 'allowed', label: 'Allowed' },
              ]}
            />
          </div>
        }
      >
        {rows.length === 0 ? (
          <EmptyState
            compact
            title={items.length === 0 ? 'No connection matches' : 'None of these'}
          />
        ) : (
          <Table.ScrollContainer minWidth={980} type="native">
            <Table className={classes.table} highlightOnHover>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Client</Table.Th>
                  <Table.Th>Server</Table.Th>
                  <Table.Th>Port</Table.Th>
                  <Table.Th ta="right">Events</Table.Th>
                  <Table.Th>Before</Table.Th>
                  <Table.Th>Verdict</Table.Th>
                  <Table.Th className={classes.whyHead}>Leaving the client</Table.Th>
                  <Table.Th className={classes.whyHead}>Reaching the server</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.slice(0, shown).map((item) => (
                  <ConnectionRow key={item.connection.connection_id} item={item} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {rows.length > shown && (
          <div className={classes.more}>
            <Button variant="subtle" onClick={() => setShown(shown + PAGE)}>
              Show {formatCount(Math.min(PAGE, rows.length - shown))} more of{' '}
              {formatCount(rows.length)}
            </Button>
          </div>
        )}
      </Card>
      {unused.length > 0 && (
        <Card
          title="Rules that nothing hits"
          description="They are not needed by the traffic of this simulation."
        >
          <ul className={classes.unused}>
            {unused.map((rule) => (
              <li key={`${rule.policy} ${rule.section} ${rule.element} ${rule.line}`}>
                <strong>{rule.policy}</strong> {rule.section} {rule.element + 1}
                {rule.line > 0 && `, line ${rule.line}`}
                {rule.text && `: ${rule.text}`}
              </li>
            ))}
          </ul>
        </Card>
      )}
      {source && (
        <Suspense>
          <GenerateDrawer source={source} onClose={() => setSource(undefined)} />
        </Suspense>
      )}
    </div>
  );
}

function Tile({ label, value, tone }: { label: string; value: number; tone: string }) {
  return (
    <div className={classes.tile} data-tone={tone}>
      <span className={classes.tileValue}>{formatCount(value)}</span>
      <span className={classes.tileLabel}>{label}</span>
    </div>
  );
}

function ConnectionRow({ item }: { item: SimulatedConnection }) {
  const { connection } = item;
  return (
    <Table.Tr data-changed={item.changed || undefined}>
      <Table.Td className={classes.peer}>
        <Peer peer={connectionClient(connection)} />
      </Table.Td>
      <Table.Td className={classes.peer}>
        <Peer peer={connectionServer(connection)} />
      </Table.Td>
      <Table.Td className={classes.nowrap}>
        <Link to={trafficPath({ connection: [connection.connection_id] })} title="Show its flows">
          {serviceText(connection)}
        </Link>
      </Table.Td>
      <Table.Td ta="right" className="numeric">
        {formatCount(connection.events)}
      </Table.Td>
      <Table.Td>
        <Verdict verdict={item.before} />
      </Table.Td>
      <Table.Td>
        <Verdict verdict={item.verdict} />
        {item.changed && <span className={classes.changed}>changed</span>}
      </Table.Td>
      <Table.Td>
        <Why decision={item.egress} />
      </Table.Td>
      <Table.Td>
        <Why decision={item.ingress} />
      </Table.Td>
    </Table.Tr>
  );
}

function Why({ decision }: { decision: Decision }) {
  const rule = [decision.policy, decision.line ? `line ${decision.line}` : '']
    .filter(Boolean)
    .join(', ');
  return (
    <span className={classes.why}>
      {decision.reason || 'Not judged'}
      {rule && <span className={classes.rule}>{rule}</span>}
    </span>
  );
}
