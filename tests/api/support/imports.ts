// What the tests of imports share.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { base, sql } from './client.ts';

/** All that is stored, as one text: equal texts mean equal stores. */
export const stored = (): string =>
  sql(`SELECT count(*), sum(weight), bit_xor(id) FROM flows
    UNION ALL SELECT sum(flows), sum(events), count(*) FILTER (WHERE events > 0) FROM connections
    UNION ALL SELECT sum(flows), sum(events), count(*) FROM connection_hours
    UNION ALL SELECT sum(flows), sum(events), 0 FROM traffic_hours
    UNION ALL SELECT sum(v), 0, count(*) FROM connections, unnest(verdicts) v WHERE v > 0
    UNION ALL SELECT 0, sum(o), count(*) FROM connections, unnest(outcomes) o WHERE o > 0
    UNION ALL SELECT 0, sum(events), count(*) FILTER (WHERE events > 0) FROM connection_facts
    UNION ALL SELECT 0, sum(weight), bit_xor(id) FROM flow_l7`);

/** Rows of evidence that refer to what is not there; the schema has no foreign keys for them. */
export const strays = (): string =>
  sql(`SELECT count(*) FROM (
    SELECT unnest(ARRAY[client_id, server_id]) AS identity, NULL::int AS connection FROM connections
    UNION ALL SELECT identity_id, NULL FROM endpoints
    UNION ALL SELECT identity_id, NULL FROM identity_numbers
    UNION ALL SELECT NULL, connection_id FROM connection_hours
    UNION ALL SELECT NULL, connection_id FROM connection_facts
  ) AS r
  WHERE identity NOT IN (SELECT id FROM identities) OR connection NOT IN (SELECT id FROM connections)`);

/** Waits until it is so, for twenty seconds at most. */
export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    if (await done()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail('it did not happen within twenty seconds');
}

/** A raw upload in the hands of the test: nothing but what it writes is sent. */
export function uploadBy(socket: Socket, query: string, length?: number): void {
  const form = length === undefined ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
  socket.write(`PUT /api/flows/import?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${form}\r\n\r\n`);
}

export const chunk = (text: string): string =>
  `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

/** Connects to the stack. */
export function reach(): Promise<Socket> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.on('error', reject);
  });
}

/** Sends a part of a body, waits a moment, and hangs up. Without a length it is a stream. */
export async function hangUp(part: string, query: string, length?: number): Promise<void> {
  const socket = await reach();
  uploadBy(socket, query, length);
  socket.write(length === undefined ? chunk(part) : part);
  await new Promise((resolve) => setTimeout(resolve, 300));
  socket.destroy();
}

/** What the server says until it closes the connection. */
export function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('close', () => resolve(text));
  });
}
