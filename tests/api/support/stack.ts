// A stack of the test's own, with settings that the suite's does not have.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../support/free_port.ts';

const top = new URL('../../../', import.meta.url).pathname;

export type Stack = {
  dir: string;
  portal: string;
  automation: string;
  /** Of its database, for psql and the program. */
  database: Record<string, string>;
  log(): string;
  /** `keep`: for another stack to be started in the same folder. */
  stop(how?: { keep: boolean }): Promise<void>;
};

/** `settings` are CPA_* variables; `dir` is that of a stack that was stopped and kept. */
export async function startStack(
  settings: Record<string, string>,
  dir = mkdtempSync(path.join(tmpdir(), 'cpa-stack.')),
): Promise<Stack> {
  chmodSync(dir, 0o755);
  const [portal, automation, metrics] = [await freePort(), await freePort(), await freePort()];
  const options = {
    dir: path.join(dir, 'var'),
    port: portal,
    'automation-port': automation,
    'metrics-port': metrics,
    program: process.env['CPA_PROGRAM'] ?? path.join(top, 'build-asan/cpa'),
  };
  const child: ChildProcess = spawn(
    path.join(top, 'deploy/stack'),
    ['--scratch', ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`])],
    { env: { ...process.env, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  child.stdout!.on('data', (text) => (log += text));
  child.stderr!.on('data', (text) => (log += text));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ready = path.join(options.dir, 'ready');
  for (let waited = 0; !existsSync(ready); waited += 1) {
    assert.ok(child.exitCode === null && waited < 600, `the stack does not start:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const told = Object.fromEntries(
    readFileSync(ready, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('=', 2) as [string, string]),
  );
  return {
    dir,
    portal: told['STACK_URL']!,
    automation: told['STACK_AUTOMATION_URL']!,
    database: { PGHOST: told['PGHOST']!, PGUSER: told['PGUSER']!, PGDATABASE: told['PGDATABASE']! },
    log: () => log,
    async stop(how = { keep: false }) {
      child.kill('SIGTERM');
      await ended;
      if (!how.keep) {
        rmSync(dir, { recursive: true, force: true });
      }
      assert.doesNotMatch(log, /AddressSanitizer|LeakSanitizer|runtime error:|out of memory/);
    },
  };
}
