import { Graph, layout } from '@dagrejs/dagre';
import type { Flow, LayoutAnswer, LayoutRequest } from './layout';

/** The width of the map's window by its height, roughly. */
const WINDOW_RATIO = 1.25;

/** Room between nodes beside each other, and between layers. */
const GAPS: Record<Flow, [node: number, layer: number]> = { right: [34, 92], down: [30, 70] };

/** Layers from clients to servers, and how much of the window's height they take at full size. */
function layers(data: LayoutRequest, flow: Flow) {
  const [nodesep, ranksep] = GAPS[flow];
  const graph = new Graph();
  graph.setGraph({ rankdir: flow === 'right' ? 'LR' : 'TB', nodesep, ranksep });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of data.nodes) graph.setNode(id, { width: data.width, height: data.height });
  for (const [source, target] of data.edges) graph.setEdge(source, target);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return { flow, graph, size: Math.max(width / WINDOW_RATIO, height) };
}

/** The layered picture would be drawn so small in the map's window that names cannot be read. */
const READABLE_SIZE = 1100;

/**
 * Many paths push layers far apart, mostly to make room for lines. Then the places stand close
 * together in columns instead, in the order of the layers: clients left, servers right.
 */
function columns(data: LayoutRequest, graph: Graph) {
  const [gap, between] = GAPS.right;
  const width = data.width + between;
  const height = data.height + gap;
  const count = Math.max(
    1,
    Math.round(Math.sqrt((data.nodes.length * WINDOW_RATIO * height) / width)),
  );
  const rows = Math.ceil(data.nodes.length / count);
  const place = (id: string) => graph.node(id);
  const order = [...data.nodes].sort((a, b) => place(a).x - place(b).x || place(a).y - place(b).y);
  order.forEach((id, index) => {
    const node = graph.node(id);
    node.x = Math.floor(index / rows) * width;
    node.y = (index % rows) * height;
  });
  return { flow: 'right' as const, graph };
}

/** Places nodes off the page's own thread, in the direction that fits the window better. */
self.onmessage = ({ data }: MessageEvent<LayoutRequest>) => {
  const right = layers(data, 'right');
  const down = layers(data, 'down');
  const best = down.size < right.size ? down : right;
  const { flow, graph } = best.size > READABLE_SIZE ? columns(data, right.graph) : best;
  const positions = data.nodes.map((id) => {
    const { x, y } = graph.node(id);
    return [id, x - data.width / 2, y - data.height / 2] as const;
  });
  self.postMessage({ ticket: data.ticket, flow, positions } satisfies LayoutAnswer);
};
