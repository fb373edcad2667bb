import { ActionIcon, Button } from '@mantine/core';
import {
  IconArrowLeft,
  IconArrowRight,
  IconArrowsExchange,
  IconFolderOpen,
  IconShieldPlus,
  IconX,
} from '@tabler/icons-react';
import { Link } from 'react-router';
import type { GenerateSource } from '@/features/generate/source';
import { trafficPath } from '@/shared/flowFilter/codec';
import { formatCompact, formatCount, plural } from '@/shared/lib/format';
import { connectionVerdict } from '@/shared/lib/outcomes';
import { connectionClient, connectionServer, peerTitle, serviceText } from '@/shared/lib/peers';
import { Permitted } from '@/shared/session/Permitted';
import { useMay } from '@/shared/session/useSession';
import { Verdict } from '@/shared/ui/Verdict';
import { filterOf, filterOfNode, type MapEdge, type MapNode, type ServiceMap } from './graph';
import type { Chosen } from './MapCanvas';
import classes from './map.module.css';
import { FATES, KINDS, nodeNote, servicesText } from './words';

interface Props {
  map: ServiceMap;
  chosen: Chosen;
  onChoose: (chosen: Chosen) => void;
  onOpen: (node: MapNode) => void;
  onGenerate: (source: GenerateSource) => void;
}

const SHOWN = 30;

/** All that the picture shows, in words: the way in for those who do not see or drag it. */
export function SidePanel(props: Props) {
  const { map, chosen } = props;
  const node = chosen && 'node' in chosen && map.nodes.find((item) => item.id === chosen.node);
  const edge = chosen && 'edge' in chosen && map.edges.find((item) => item.id === chosen.edge);
  return (
    <aside className={classes.side} aria-label="Details of the map">
      {node ? (
        <NodeDetails {...props} node={node} />
      ) : edge ? (
        <EdgeDetails {...props} edge={edge} />
      ) : (
        <Overview {...props} />
      )}
    </aside>
  );
}

function Overview({ map, onChoose }: Props) {
  return (
    <>
      <h2 className={classes.sideTitle}>
        {plural(map.nodes.length, 'place')}, {plural(map.edges.length, 'path')}
      </h2>
      <p className={classes.sideNote}>
        Choose a place or a path to see what passes there. Busiest first:
      </p>
      <ul className={classes.list}>
        {map.nodes.slice(0, SHOWN).map((node) => (
          <li key={node.id}>
            <button type="button" onClick={() => onChoose({ node: node.id })}>
              <span className={classes.listName}>
                {node.name}
                <small>{nodeNote(node)}</small>
              </span>
              <span className={classes.listCount}>{formatCompact(node.events)}</span>
            </button>
          </li>
        ))}
      </ul>
      {map.nodes.length > SHOWN && (
        <p className={classes.sideNote}>
          and {plural(map.nodes.length - SHOWN, 'more place')}: see the table.
        </p>
      )}
    </>
  );
}

interface HeadProps {
  kind: string;
  title: string;
  onClose: () => void;
}

function Head({ kind, title, onClose }: HeadProps) {
  return (
    <div className={classes.sideHead}>
      <div>
        <div className={classes.sideKind}>{kind}</div>
        <h2 className={classes.sideTitle}>{title}</h2>
      </div>
      <ActionIcon aria-label="Close the details" onClick={onClose}>
        <IconX size={16} />
      </ActionIcon>
    </div>
  );
}

function NodeDetails({ map, node, onChoose, onOpen, onGenerate }: Props & { node: MapNode }) {
  const outgoing = map.edges.filter((edge) => edge.source === node.id);
  const incoming = map.edges.filter((edge) => edge.target === node.id);
  const filter = filterOfNode(node);
  const mayGenerate = useMay('editor');
  const canGenerate = node.kind === 'namespace' || node.kind === 'workload';
  return (
    <>
      <Head kind={KINDS[node.kind]} title={node.name} onClose={() => onChoose(undefined)} />
      <p className={classes.sideNote}>
        {nodeNote(node)}
        {node.cluster && `, cluster ${node.cluster}`}. {plural(node.events, 'event')} of{' '}
        {plural(node.connections.length, 'connection')}
        {node.inside > 0 && `, ${formatCount(node.inside)} of them inside`}.
      </p>
      <div className={classes.actions}>
        {node.kind === 'namespace' && (
          <Button
            size="compact-md"
            variant="default"
            leftSection={<IconFolderOpen size={15} />}
            onClick={() => onOpen(node)}
          >
            Open namespace
          </Button>
        )}
        <Button
          size="compact-md"
          variant="default"
          component={Link}
          to={trafficPath(filter, 'connections')}
          leftSection={<IconArrowsExchange size={15} />}
        >
          Show traffic
        </Button>
        {canGenerate && mayGenerate && (
          <Button
            size="compact-md"
            leftSection={<IconShieldPlus size={15} />}
            onClick={() =>
              onGenerate({
                filter,
                label: `all traffic of ${node.name}, ${nodeNote(node)}`,
                subject: {
                  namespace: node.namespace,
                  workload: node.kind === 'workload' ? node.name : '',
                },
              })
            }
          >
            Generate policy
          </Button>
        )}
      </div>
      <Paths title="Calls" edges={outgoing} map={map} end="target" onChoose={onChoose} />
      <Paths title="Called by" edges={incoming} map={map} end="source" onChoose={onChoose} />
    </>
  );
}

interface PathsProps {
  title: string;
  edges: MapEdge[];
  map: ServiceMap;
  end: 'source' | 'target';
  onChoose: (chosen: Chosen) => void;
}

function Paths({ title, edges, map, end, onChoose }: PathsProps) {
  if (edges.length === 0) return null;
  const Arrow = end === 'target' ? IconArrowRight : IconArrowLeft;
  const name = (id: string) => map.nodes.find((node) => node.id === id)?.name ?? id;
  return (
    <section aria-label={title}>
      <h3 className={classes.sideSubtitle}>
        {title} <span>{edges.length}</span>
      </h3>
      <ul className={classes.list}>
        {edges.slice(0, SHOWN).map((edge) => (
          <li key={edge.id}>
            <button type="button" onClick={() => onChoose({ edge: edge.id })}>
              <Arrow size={14} aria-hidden />
              <span className={classes.listName}>
                {name(edge[end])}
                <small>
                  {servicesText(edge.services)}
                  {edge.fate !== 'allowed' && `, ${FATES[edge.fate].label.toLowerCase()}`}
                </small>
              </span>
              <span className={classes.listCount}>{formatCompact(edge.events)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function EdgeDetails({ map, edge, onChoose, onGenerate }: Props & { edge: MapEdge }) {
  const source = map.nodes.find((node) => node.id === edge.source);
  const target = map.nodes.find((node) => node.id === edge.target);
  const filter = filterOf(edge.connections, { source, target });
  return (
    <>
      <Head
        kind="Path"
        title={`${source?.name ?? edge.source} → ${target?.name ?? edge.target}`}
        onClose={() => onChoose(undefined)}
      />
      <p className={classes.sideNote}>
        {plural(edge.events, 'event')} of {plural(edge.connections.length, 'connection')}.{' '}
        <Verdict {...FATES[edge.fate]} />
      </p>
      <div className={classes.actions}>
        <Button
          size="compact-md"
          variant="default"
          component={Link}
          to={trafficPath(filter, 'connections')}
          leftSection={<IconArrowsExchange size={15} />}
        >
          Show traffic
        </Button>
        <Permitted needs="editor">
          <Button
            size="compact-md"
            leftSection={<IconShieldPlus size={15} />}
            onClick={() =>
              onGenerate({
                filter,
                label: `${plural(edge.connections.length, 'connection')} from ${source?.name} to ${target?.name}`,
              })
            }
          >
            Generate policy
          </Button>
        </Permitted>
      </div>
      <h3 className={classes.sideSubtitle}>
        Connections <span>{edge.connections.length}</span>
      </h3>
      <ul className={classes.list}>
        {edge.connections.slice(0, SHOWN).map((connection) => (
          <li key={connection.connection_id} className={classes.connection}>
            <span className={classes.listName}>
              {peerTitle(connectionClient(connection))} → {peerTitle(connectionServer(connection))}
              <small>
                {serviceText(connection)} <Verdict {...connectionVerdict(connection)} />
              </small>
            </span>
            <span className={classes.listCount}>{formatCompact(connection.events)}</span>
          </li>
        ))}
      </ul>
      {edge.connections.length > SHOWN && (
        <p className={classes.sideNote}>The busiest {SHOWN}; all are in the traffic.</p>
      )}
    </>
  );
}
