import { randomInt } from 'node:crypto';
import net from 'node:net';

let next = randomInt(10_000, 30_000);

/**
 * A port of 127.0.0.1 on which nobody listens, another one at each call; below those that the system hands
 * out, so that no outgoing connection takes it before its server does.
 */
export async function freePort(): Promise<number> {
  const port = next++;
  const server = net.createServer();
  const free = await new Promise((resolve) => {
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return free ? port : freePort();
}
