// HTTP as bytes: what a client library would refuse to send, and every answer that comes back.
import net from 'node:net';

export type Answer = { status: number; headers: [name: string, value: string][]; body: string };

/** The first header of a name, lower case. */
export const header = (answer: Answer, name: string): string | undefined =>
  answer.headers.find(([one]) => one === name)?.[1];

function chunks(bytes: Buffer): { body: Buffer; size: number } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.subarray(at, end).toString(), 16);
    if (end < 0 || Number.isNaN(size)) {
      return { body: Buffer.concat(parts), size: bytes.length };
    }
    at = end + 2;
    if (size === 0) {
      return { body: Buffer.concat(parts), size: at + 2 };
    }
    parts.push(bytes.subarray(at, at + size));
    at += size + 2;
  }
}

function answersIn(received: Buffer): Answer[] {
  const answers: Answer[] = [];
  let rest = received;
  while (rest.subarray(0, 5).toString() === 'HTTP/') {
    const end = rest.indexOf('\r\n\r\n');
    const [line = '', ...fields] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const headers = fields.map((field): [string, string] => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    });
    const answer: Answer = { status: Number(line.split(' ')[1]), headers, body: '' };
    rest = rest.subarray(end + 4);
    const length = header(answer, 'content-length');
    const { body, size } =
      header(answer, 'transfer-encoding') === 'chunked'
        ? chunks(rest)
        : {
            body: rest.subarray(0, Number(length ?? rest.length)),
            size: Number(length ?? rest.length),
          };
    answer.body = body.toString();
    rest = rest.subarray(size);
    answers.push(answer);
  }
  return answers;
}

export type Connection = { port: number; from?: string; quietMs?: number };

/**
 * Sends the bytes on a connection of its own, from the address `from`, and returns the answers that
 * came until the server closed it or said nothing for a while.
 */
export function exchange(connection: Connection, bytes: string): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = net.connect({
      port: connection.port,
      host: '127.0.0.1',
      localAddress: connection.from ?? '127.0.0.1',
    });
    const done = () => {
      socket.destroy();
      resolve(answersIn(Buffer.concat(received)));
    };
    socket.on('connect', () => socket.write(Buffer.from(bytes, 'latin1')));
    socket.on('data', (data) => received.push(data));
    socket.on('end', done);
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? done() : reject(error),
    );
    socket.setTimeout(connection.quietMs ?? 2000, done);
  });
}

/** The bytes of a request; the connection is closed after its answer unless told otherwise. */
export function request(line: string, headers: string[] = [], body = ''): string {
  return [
    `${line} HTTP/1.1`,
    'Host: cpa.example.test',
    ...headers,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
