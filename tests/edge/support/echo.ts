// nginx as rendered for some settings, in front of real workers, or of a FastCGI responder that answers
// with the parameters it was given: what a worker is told.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { freePort } from '../../support/free_port.ts';
import { makeFolder, startNginx, startProcess } from './nginx.ts';

const deploy = new URL('../../../deploy/', import.meta.url).pathname;

/** FastCGI's name-value pairs. */
function pairs(bytes: Buffer): [string, string][] {
  const found: [string, string][] = [];
  let at = 0;
  const length = () => {
    const long = bytes[at]! > 127;
    const value = long ? bytes.readUInt32BE(at) & 0x7fffffff : bytes[at]!;
    at += long ? 4 : 1;
    return value;
  };
  const text = (size: number) => bytes.subarray(at, (at += size)).toString();
  while (at < bytes.length) {
    const [name, value] = [length(), length()];
    found.push([text(name), text(value)]);
  }
  return found;
}

function record(type: number, content: Buffer): Buffer {
  const head = Buffer.from([1, type, 0, 1, 0, 0, 0, 0]);
  head.writeUInt16BE(content.length, 4);
  return Buffer.concat([head, content]);
}

const [END, PARAMS, STDIN, STDOUT] = [3, 4, 5, 6];

function respond(socket: net.Socket): void {
  let bytes = Buffer.alloc(0);
  const parameters: Buffer[] = [];
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => {
    bytes = Buffer.concat([bytes, data]);
    while (bytes.length >= 8) {
      const [type, size] = [bytes[1], bytes.readUInt16BE(4)];
      const end = 8 + size + bytes[6]!;
      if (bytes.length < end) {
        return;
      }
      if (type === PARAMS) {
        parameters.push(bytes.subarray(8, 8 + size));
      }
      bytes = bytes.subarray(end);
      if (type === STDIN && size === 0) {
        const told = JSON.stringify(pairs(Buffer.concat(parameters)));
        const answer = `Status: 200\r\nContent-Type: application/json\r\n\r\n${told}`;
        socket.end(
          Buffer.concat([record(STDOUT, Buffer.from(answer)), record(END, Buffer.alloc(8))]),
        );
      }
    }
  });
}

/** nginx as rendered for settings (CPA_* variables), without workers. */
async function startEdge(settings: Record<string, string>) {
  const folder = makeFolder();
  const [run, web] = [path.join(folder, 'run'), path.join(folder, 'web')];
  mkdirSync(run);
  mkdirSync(web);
  writeFileSync(path.join(web, 'index.html'), '<!doctype html>');
  const [portal, automation, metrics] = [await freePort(), await freePort(), await freePort()];
  const addresses = [portal, automation, metrics].map((port) => `127.0.0.1:${port}`);
  execFileSync(
    path.join(deploy, 'nginx/render'),
    [...addresses, run, web, path.join(folder, 'nginx')],
    { env: { PATH: process.env['PATH'], ...settings }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await startNginx(run, path.join(folder, 'nginx/nginx.conf'), portal);
  return { portal, automation, metrics, run };
}

export type Echo = { portal: number; automation: number; metrics: number; stopWorkers(): void };

export async function startEcho(settings: Record<string, string>): Promise<Echo> {
  const { run, ...ports } = await startEdge(settings);
  const responders = await Promise.all(
    ['api.sock', 'ingest.sock', 'stream.sock'].map(async (name) => {
      const server = net.createServer(respond).unref();
      await new Promise<void>((listening) => server.listen(path.join(run, name), listening));
      chmodSync(path.join(run, name), 0o666);
      return server;
    }),
  );
  return { ...ports, stopWorkers: () => responders.forEach((server) => server.close()) };
}

/** A portal with workers of its own over the database of the stack; returns its port. */
export async function startPortal(settings: Record<string, string>): Promise<number> {
  const { run, portal } = await startEdge(settings);
  const socket = path.join(run, 'api.sock');
  const { PATH, PGHOST, PGDATABASE, CPA_PROGRAM } = process.env;
  startProcess(path.join(deploy, 'pool'), [socket, '1', CPA_PROGRAM ?? ''], {
    PATH: `${PATH}:/usr/sbin`,
    PGHOST,
    PGDATABASE,
    PGUSER: 'cpa_app',
    ...settings,
  });
  while (!existsSync(socket)) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  chmodSync(socket, 0o666);
  return portal;
}
