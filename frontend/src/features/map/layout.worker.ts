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

/** Places nodes off the page's own thread, in the direction that fits the window better. */
self.onmessage = ({ data }: MessageEvent<LayoutRequest>) => {
  const right = layers(data, 'right');
  const down = layers(data, 'down');
  const { flow, graph } = down.size < right.size ? down : right;
  const positions = data.nodes.map((id) => {
    const { x, y } = graph.node(id);
    return [id, x - data.width / 2, y - data.height / 2] as const;
  });
  self.postMessage({ ticket: data.ticket, flow, positions } satisfies LayoutAnswer);
};
