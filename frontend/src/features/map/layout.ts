export const NODE_WIDTH = 190;
export const NODE_HEIGHT = 52;

export interface LayoutRequest {
  ticket: number;
  nodes: string[];
  edges: [string, string][];
  width: number;
  height: number;
}

/** Where servers stand, seen from their clients. */
export type Flow = 'right' | 'down';

export interface LayoutAnswer {
  ticket: number;
  flow: Flow;
  positions: (readonly [id: string, x: number, y: number])[];
}

export interface Layout {
  flow: Flow;
  positions: Map<string, { x: number; y: number }>;
}

let worker: Worker | undefined;
let tickets = 0;

/** Asks the worker for positions; an aborted question is answered by nobody. */
export function computeLayout(
  request: Omit<LayoutRequest, 'ticket'>,
  signal: AbortSignal,
): Promise<Layout> {
  worker ??= new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
  const current = worker;
  const ticket = ++tickets;
  return new Promise((resolve, reject) => {
    const stop = () => {
      current.removeEventListener('message', onMessage);
      current.removeEventListener('error', onError);
    };
    const onMessage = ({ data }: MessageEvent<LayoutAnswer>) => {
      if (data.ticket !== ticket) return;
      stop();
      resolve({
        flow: data.flow,
        positions: new Map(data.positions.map(([id, x, y]) => [id, { x, y }])),
      });
    };
    const onError = (event: ErrorEvent) => {
      stop();
      reject(new Error(event.message || 'The map could not be laid out.'));
    };
    signal.addEventListener('abort', () => {
      stop();
      reject(new DOMException('Cancelled', 'AbortError'));
    });
    current.addEventListener('message', onMessage);
    current.addEventListener('error', onError);
    current.postMessage({ ...request, ticket } satisfies LayoutRequest);
  });
}
