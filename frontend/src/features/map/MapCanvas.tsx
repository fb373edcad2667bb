import { useComputedColorScheme } from '@mantine/core';
import { IconBox, IconCloud, IconFolder, IconHelp, IconServer2 } from '@tabler/icons-react';
import {
  Background,
  BackgroundVariant,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  useEdgesState,
  useNodesState,
} from '@xyflow/react';
import { useEffect, useMemo } from 'react';
import '@xyflow/react/dist/base.css';
import type { Fate, MapNode, ServiceMap } from './graph';
import { type Flow, type Layout, NODE_HEIGHT, NODE_WIDTH } from './layout';
import classes from './map.module.css';
import { edgeText, nodeNote, servicesText } from './words';

/** With more edges than this their words would lie on top of each other. */
const MOST_LABELS = 40;
/** A map that is larger than its window begins with a part of it, whose names can be read. */
const READABLE_ZOOM = 0.5;
/** More lines than this would hide the places; those of a chosen place are strong again. */
const MOST_STRONG = 80;
const THINNEST = 1.2;
const THICKEST = 3.2;

export type Chosen = { node: string } | { edge: string } | undefined;

type FlowNode = Node<{ node: MapNode; flow: Flow; dim: boolean }, 'map'>;

interface Props {
  map: ServiceMap;
  layout: Layout;
  chosen: Chosen;
  onChoose: (chosen: Chosen) => void;
  onOpen: (node: MapNode) => void;
}

const ICONS = {
  namespace: IconFolder,
  workload: IconBox,
  outside: IconCloud,
  entity: IconServer2,
  unknown: IconHelp,
} as const;

function NodeCard({ data, selected }: NodeProps<FlowNode>) {
  const { node, flow, dim } = data;
  const Icon = ICONS[node.kind];
  return (
    <div
      className={classes.node}
      data-kind={node.kind}
      data-selected={selected || undefined}
      data-dim={dim || undefined}
    >
      <Handle
        type="target"
        position={flow === 'right' ? Position.Left : Position.Top}
        className={classes.handle}
        tabIndex={-1}
      />
      <Icon size={18} stroke={1.6} aria-hidden className={classes.nodeIcon} />
      <span className={classes.nodeText}>
        <span className={classes.nodeName} title={node.name}>
          {node.name}
        </span>
        <span className={classes.nodeNote}>{nodeNote(node)}</span>
      </span>
      <Handle
        type="source"
        position={flow === 'right' ? Position.Right : Position.Bottom}
        className={classes.handle}
        tabIndex={-1}
      />
    </div>
  );
}

const FATE_COLOURS: Record<Fate, string> = {
  allowed: '--cpa-series-forwarded',
  dropped: '--cpa-series-dropped',
  partly: '--cpa-series-audit',
  audited: '--cpa-series-audit',
  untold: '--cpa-series-other',
};

/** The heads of arrows are shared by colour and named after it, so they need the value itself. */
function useFateColours(): Record<Fate, string> {
  const scheme = useComputedColorScheme();
  return useMemo(() => {
    void scheme;
    const style = getComputedStyle(document.documentElement);
    const entries = Object.entries(FATE_COLOURS).map(([fate, variable]) => [
      fate,
      style.getPropertyValue(variable).trim(),
    ]);
    return Object.fromEntries(entries);
  }, [scheme]);
}

const NODE_TYPES = { map: NodeCard };

/** Nodes next to what is chosen; everything when nothing is. */
function neighbours(map: ServiceMap, chosen: Chosen): Set<string> | undefined {
  if (!chosen) return undefined;
  const edges = map.edges.filter((edge) =>
    'edge' in chosen
      ? edge.id === chosen.edge
      : edge.source === chosen.node || edge.target === chosen.node,
  );
  return new Set([
    ...('node' in chosen ? [chosen.node] : []),
    ...edges.flatMap((edge) => [edge.source, edge.target]),
  ]);
}

export default function MapCanvas({ map, layout, chosen, onChoose, onOpen }: Props) {
  const [nodes, setNodes, onNodesChange] = useNodesState<FlowNode>([]);
  const [edges, setEdges, onEdgesChange] = useEdgesState<Edge>([]);
  const colours = useFateColours();

  useEffect(() => {
    const near = neighbours(map, chosen);
    setNodes((present) => {
      const moved = new Map(present.map((item) => [item.id, item]));
      return map.nodes.map((node): FlowNode => {
        const before = moved.get(node.id);
        return {
          id: node.id,
          type: 'map',
          position: before?.position ?? layout.positions.get(node.id) ?? { x: 0, y: 0 },
          data: { node, flow: layout.flow, dim: near !== undefined && !near.has(node.id) },
          selected: chosen !== undefined && 'node' in chosen && chosen.node === node.id,
          width: NODE_WIDTH,
          height: NODE_HEIGHT,
          ariaLabel: `${node.name}, ${nodeNote(node)}`,
        };
      });
    });
  }, [map, layout, chosen, setNodes]);

  useEffect(() => {
    const faint = map.edges.length > MOST_STRONG;
    const most = Math.max(...map.edges.map((edge) => edge.events), 1);
    const names = new Map(map.nodes.map((node) => [node.id, node.name]));
    const name = (id: string) => names.get(id) ?? id;
    setEdges(
      map.edges.map((edge): Edge => {
        const selected = chosen !== undefined && 'edge' in chosen && chosen.edge === edge.id;
        const touched =
          selected ||
          (chosen !== undefined &&
            'node' in chosen &&
            (edge.source === chosen.node || edge.target === chosen.node));
        const share = Math.log1p(edge.events) / Math.log1p(most);
        const labelled = touched || (chosen === undefined && map.edges.length <= MOST_LABELS);
        return {
          id: edge.id,
          source: edge.source,
          target: edge.target,
          selected,
          className: [
            classes.edge,
            classes[edge.fate],
            chosen !== undefined && !touched ? classes.dimEdge : '',
          ].join(' '),
          style: {
            strokeWidth: THINNEST + (THICKEST - THINNEST) * share,
            ...(faint && chosen === undefined && { opacity: 0.45 }),
          },
          markerEnd: {
            type: MarkerType.ArrowClosed,
            width: 18,
            height: 18,
            markerUnits: 'userSpaceOnUse',
            color: colours[edge.fate],
          },
          ...(labelled && {
            label:
              edge.fate === 'allowed' || edge.fate === 'untold'
                ? servicesText(edge.services)
                : `${servicesText(edge.services)} ${edge.fate}`,
          }),
          labelBgPadding: [5, 2] as [number, number],
          labelBgBorderRadius: 4,
          ariaLabel: edgeText(edge, name),
          zIndex: touched ? 1 : 0,
        };
      }),
    );
  }, [map, chosen, colours, setEdges]);

  return (
    <ReactFlow
      className={classes.flow ?? ''}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      onNodesChange={(changes) => {
        onNodesChange(changes);
        // Enter and Space choose a node by the keyboard, as a click does.
        for (const change of changes) {
          if (change.type === 'select' && change.selected) onChoose({ node: change.id });
        }
      }}
      onEdgesChange={(changes) => {
        onEdgesChange(changes);
        for (const change of changes) {
          if (change.type === 'select' && change.selected) onChoose({ edge: change.id });
        }
      }}
      onPaneClick={() => onChoose(undefined)}
      onNodeDoubleClick={(_, item) => onOpen(item.data.node)}
      nodesConnectable={false}
      zoomOnDoubleClick={false}
      deleteKeyCode={null}
      multiSelectionKeyCode={null}
      selectionKeyCode={null}
      fitView
      fitViewOptions={{ padding: 0.06, minZoom: READABLE_ZOOM, maxZoom: 1.1 }}
      minZoom={0.1}
      maxZoom={2}
    >
      <Background variant={BackgroundVariant.Dots} gap={22} size={1} />
      <Controls showInteractive={false} position="bottom-left" />
    </ReactFlow>
  );
}
