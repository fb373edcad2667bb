// nginx as rendered for some settings, in front of a FastCGI responder that answers with the
// parameters it was given: what a worker is told.
import { type ChildProcess, spawn, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const deploy = new URL('../../../deploy/', import.meta.url).pathname;

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Waits until somebody listens; throws when the process that should has ended. */
export async function reachable(port: number, server: ChildProcess): Promise<void> {
  for (;;) {
    const socket = net.connect(port, '127.0.0.1');
    const up = await new Promise((resolve) => {
      socket.on('connect', () => resolve(true));
      socket.on('error', () => resolve(false));
    });
    socket.destroy();
    if (up) {
      return;
    }
    if (server.exitCode !== null) {
      throw new Error('nginx did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

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

export type Echo = {
  portal: number;
  automation: number;
  metrics: number;
  stopWorkers(): void;
  stop(): Promise<void>;
};

/** `settings` are CPA_* variables. */
export async function startEcho(settings: Record<string, string>): Promise<Echo> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cpa-edge.'));
  const [run, web] = [path.join(folder, 'run'), path.join(folder, 'web')];
  mkdirSync(run);
  mkdirSync(web);
  writeFileSync(path.join(web, 'index.html'), '<!doctype html>');
  const [portal, automation, metrics] = [await freePort(), await freePort(), await freePort()];
  execFileSync(
    path.join(deploy, 'nginx/render'),
    [
      ...[portal, automation, metrics].map((port) => `127.0.0.1:${port}`),
      run,
      web,
      path.join(folder, 'nginx'),
    ],
    { env: { PATH: process.env['PATH'], ...settings }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const responders = await Promise.all(
    ['api.sock', 'ingest.sock'].map(async (name) => {
      const server = net.createServer(respond);
      await new Promise<void>((listening) => server.listen(path.join(run, name), listening));
      chmodSync(path.join(run, name), 0o666);
      return server;
    }),
  );
  // As root, nginx's workers are another user.
  for (const one of [folder, run, web]) {
    chmodSync(one, 0o755);
  }
  const nginx: ChildProcess = spawn(
    'nginx',
    ['-e', 'stderr', '-p', run, '-c', path.join(folder, 'nginx/nginx.conf')],
    { stdio: 'ignore', env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` } },
  );
  const ended = new Promise((resolve) => nginx.on('exit', resolve));
  await reachable(portal, nginx);
  const stopWorkers = () => responders.forEach((server) => server.close());
  return {
    portal,
    automation,
    metrics,
    stopWorkers,
    async stop() {
      nginx.kill('SIGTERM');
      await ended;
      stopWorkers();
      rmSync(folder, { recursive: true });
    },
  };
}
