import { Graph, layout } from '@dagrejs/dagre';
import type { LayoutAnswer, LayoutRequest } from './layout';

/** Places nodes in layers from clients to servers, off the page's own thread. */
self.onmessage = ({ data }: MessageEvent<LayoutRequest>) => {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 34, ranksep: 92 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of data.nodes) graph.setNode(id, { width: data.width, height: data.height });
  for (const [source, target] of data.edges) graph.setEdge(source, target);
  layout(graph);
  const positions = data.nodes.map((id) => {
    const { x, y } = graph.node(id);
    return [id, x - data.width / 2, y - data.height / 2] as const;
  });
  self.postMessage({ ticket: data.ticket, positions } satisfies LayoutAnswer);
};
