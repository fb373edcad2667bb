// What stands between a sender and the server, and misbehaves as asked.
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const listening = (server: Server, port = 0): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

/** A TCP proxy that can go away, come back at the same port, and lose answers. */
export class Proxy {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  /** So many of the next answers are lost, with their connections. */
  loseAnswers = 0;
  connections = 0;
  /** Runs when bytes of an answer have been passed on. */
  onAnswer: () => void = () => {};

  constructor(target: string) {
    this.#target = new URL(target);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<this> {
    this.#server = createServer((client) => this.#pass(client));
    this.#port = await listening(this.#server, this.#port);
    return this;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
  }

  #pass(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    this.connections += 1;
    for (const [one, other] of [[client, server], [server, client]] as const) {
      this.#sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    client.pipe(server);
    server.on('data', (bytes) => {
      if (this.loseAnswers > 0) {
        this.loseAnswers -= 1;
        client.destroy();
      } else {
        client.write(bytes);
        this.onAnswer();
      }
    });
  }
}

/** An HTTP server that answers as told, after it has read the body. */
export async function stub(
  answer: (request: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<{ url: string; close: () => void; count: () => number }> {
  let count = 0;
  const server = createHttp((request, response) => {
    request.resume().on('end', () => answer(request, response, (count += 1)));
  });
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
    count: () => count,
  };
}
