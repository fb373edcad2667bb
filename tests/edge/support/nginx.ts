// Folders and nginx processes that are gone when the test file ends, however it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const folders: string[] = [];
const processes: ChildProcess[] = [];
process.on('exit', () => {
  processes.forEach((one) => one.kill('SIGTERM'));
  folders.forEach((one) => rmSync(one, { recursive: true, force: true }));
});

/** A new folder that every user can enter: as root, nginx's workers are another user. */
export function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cpa-edge.'));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

function connects(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
  }).then((up) => {
    socket.destroy();
    return up as boolean;
  });
}

/** Its words go to the file `log`, when there is one. */
export function startProcess(
  command: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
  log?: string,
): ChildProcess {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', command, ...args], {
    stdio: ['ignore', 'ignore', log ? openSync(log, 'w') : 'ignore'],
    env: environment,
  });
  child.unref();
  processes.push(child);
  return child;
}

/** Returns when it takes connections on the port. */
export async function startNginx(
  folder: string,
  configuration: string,
  port: number,
): Promise<void> {
  const log = path.join(folder, 'error.log');
  const environment = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };
  const nginx = startProcess(
    'nginx',
    ['-e', 'stderr', '-p', folder, '-c', configuration],
    environment,
    log,
  );
  while (!(await connects(port))) {
    if (nginx.exitCode !== null) {
      throw new Error(`nginx did not start: ${readFileSync(log, 'utf8')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
