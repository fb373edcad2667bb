// cpa push: whatever happens on the way, each event is stored once, and nobody is kept in the dark.
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { base, forgetFlows, sql } from './support/client.ts';
import { flow, lines } from './support/flows.ts';
import { Proxy, stub } from './support/middle.ts';

const program = process.env['CPA_PROGRAM'] ?? assert.fail('CPA_PROGRAM is not set: run tests/run api');
const TOKEN = 'cpa_test_do-not-show-me';

let folder: string;
let proxy: Proxy;
const running: ChildProcessWithoutNullStreams[] = [];

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cpa-push-'));
});
after(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  await forgetFlows();
  proxy = await new Proxy(base).start();
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    child.kill('SIGKILL');
  }
  await proxy.stop();
});

type Run = {
  child: ChildProcessWithoutNullStreams;
  /** Exit code (null: killed) and what it said. */
  done: Promise<{ code: number | null; said: string }>;
};

function push(args: string[], { url = proxy.url, env = {} } = {}): Run {
  const child = spawn(program, ['push', '--url', url, ...args], {
    env: { ...process.env, ...env },
  });
  let said = '';
  running.push(child);
  child.stderr.on('data', (bytes) => (said += bytes));
  child.stdin.on('error', () => {}); // it may end before it has read all
  return {
    child,
    done: new Promise((resolve) => child.on('close', (code) => resolve({ code, said }))),
  };
}

function file(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const flows = (count: number) => Array.from({ length: count }, () => flow());
const stored = () => Number(sql('SELECT count(*) FROM flows'));
const events = () => Number(sql('SELECT coalesce(sum(events), 0) FROM connections'));

async function until(condition: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 30_000; !condition(); await sleep(50)) {
    assert.ok(Date.now() < end, `not in 30 s: ${what}`);
  }
}

test('files as they are, compressed or not, and stdin, in one go', async () => {
  const path = file('a.jsonl', lines(...flows(25)));
  const zipped = file('b.jsonl.gz', gzipSync(lines(...flows(20))));
  file('c.jsonl', JSON.stringify(flows(10)));
  execFileSync('zstd', ['-q', '-f', join(folder, 'c.jsonl')]);
  const run = push(['--batch', '7', path, zipped, join(folder, 'c.jsonl.zst'), '-']);
  run.child.stdin.end(lines(...flows(5)).trimEnd()); // the last line has no end
  const { code, said } = await run.done;
  assert.equal(code, 0, said);
  assert.match(said, /60 events sent: 60 accepted, 0 duplicates, 0 rejected/);
  assert.deepEqual([stored(), events()], [60, 60]);
});

test('what the server rejects is told with its line of the file, and is exit code 1', async () => {
  const bad = flow({ time: 'yesterday' });
  const path = file('bad.jsonl', `${lines(...flows(3))}\n${lines(bad)}${lines(...flows(2))}{"flow":`);
  const { code, said } = await push(['--batch', '2', path]).done;
  assert.equal(code, 1, said);
  assert.match(said, /bad\.jsonl:5: rejected: .*time/);
  assert.match(said, /bad\.jsonl:8: not sent: .*cut/);
  assert.match(said, /6 events sent: 5 accepted, 0 duplicates, 2 rejected/);
});

test('a server that goes away in the middle loses nothing and counts nothing twice', async () => {
  const path = file('away.jsonl', lines(...flows(400)));
  let answers = 0;
  let away: Promise<void> | undefined;
  proxy.onAnswer = () => {
    answers += 1;
    if (answers === 3) {
      away = proxy.stop();
    }
  };
  const run = push(['--batch', '50', path]);
  await until(() => away !== undefined, 'three answers');
  await away;
  await sleep(1500);
  assert.ok(stored() < 400);
  await proxy.start();
  const { code, said } = await run.done;
  assert.equal(code, 0, said);
  assert.match(said, /Trying again in .* until it works/);
  assert.match(said, /the server is back after \d+ s/);
  assert.match(said, /400 events sent: 400 accepted, 0 duplicates/);
  assert.deepEqual([stored(), events()], [400, 400]);
});

test('an answer that was lost: the same body is sent again and known', async () => {
  const path = file('lost.jsonl', lines(...flows(90)));
  proxy.loseAnswers = 2;
  const { code, said } = await push(['--batch', '40', path]).done;
  assert.equal(code, 0, said);
  assert.match(said, /90 events sent: 90 accepted, 0 duplicates/);
  assert.deepEqual([stored(), events()], [90, 90]);
  assert.equal(sql("SELECT count(*) FROM imports WHERE name = 'cpa push' AND accepted > 0 AND body_hash IS NOT NULL"), '3');
});

test('killed and run again: every event is stored once', async () => {
  const path = file('killed.jsonl', lines(...flows(600)));
  let answers = 0;
  const first = push(['--batch', '50', path]);
  proxy.onAnswer = () => {
    answers += 1;
    if (answers === 4) {
      first.child.kill('SIGKILL');
    }
  };
  assert.equal((await first.done).code, null);
  proxy.onAnswer = () => {};
  assert.ok(stored() < 600);
  const { code, said } = await push(['--batch', '50', path]).done;
  assert.equal(code, 0, said);
  const told = /600 events sent: (\d+) accepted, (\d+) duplicates, 0 rejected/.exec(said);
  assert.ok(told, said);
  assert.equal(Number(told[1]) + Number(told[2]), 600);
  assert.ok(Number(told[2]) >= 200, said);
  assert.deepEqual([stored(), events()], [600, 600]);
  const other = await push(['--batch', '33', path]).done; // cut differently
  assert.match(other.said, /600 events sent: 0 accepted, 600 duplicates/);
  assert.deepEqual([stored(), events()], [600, 600]);
});

test('503 and 429 are tried again, no sooner than Retry-After says', async () => {
  const times: number[] = [];
  const bodies = new Set<string>();
  const busy = await stub((request, response, count) => {
    times.push(Date.now());
    bodies.add(String(request.headers['content-length']));
    if (count <= 2) {
      response.writeHead(count === 1 ? 503 : 429, { 'Retry-After': '2' }).end('{"detail":"Busy."}');
    } else {
      response.writeHead(200).end('{"received":2,"accepted":2,"duplicates":0,"rejected":0}');
    }
  });
  const { code, said } = await push([file('busy.jsonl', lines(...flows(2)))], { url: busy.url }).done;
  busy.close();
  assert.equal(code, 0, said);
  assert.match(said, /answered 503: Busy\. Trying again in 2\.0 s/);
  assert.equal(times.length, 3);
  assert.ok(times[1]! - times[0]! >= 1950 && times[2]! - times[1]! >= 1950, times.join());
  assert.equal(bodies.size, 1);
});

test('a stream: within a second it is stored; SIGTERM sends the rest and ends', async () => {
  const run = push(['-']);
  run.child.stdin.write(lines(...flows(3)));
  await until(() => stored() === 3, 'three stored');
  run.child.stdin.write(lines(...flows(4)));
  await sleep(100);
  run.child.kill('SIGTERM');
  const { code, said } = await run.done;
  assert.equal(code, 0, said);
  assert.equal(stored(), 7);
});

test('while the server is away a pipe is not read on, and a second signal ends at once', async () => {
  await proxy.stop();
  const run = push(['--batch', '1', '--buffer-bytes', '2000', '-']);
  const text = lines(...flows(2000));
  let taken = false;
  run.child.stdin.write(text, () => (taken = true));
  await sleep(1500);
  assert.equal(taken, false, 'all was read');
  run.child.kill('SIGINT');
  await sleep(300);
  run.child.kill('SIGINT');
  const { code, said } = await run.done;
  assert.equal(code, 3, said);
  assert.match(said, /\d+ events were read but not stored: stdin from line 1 on/);
  await proxy.start();
  const again = push(['--batch', '100', '--buffer-bytes', '2000', '-']);
  again.child.stdin.end(text);
  assert.equal((await again.done).code, 0);
  assert.equal(stored(), 2000);
});

test('what can never succeed ends with what to do, and no token is shown', async () => {
  const rows: [number, RegExp][] = [
    [401, /401: No such token\..*--token-file/],
    [403, /flows:write/],
    [404, /--url/],
    [413, /--batch-bytes/],
    [415, /gzip/],
    [302, /redirection/],
    [400, /would not help/],
  ];
  const tokens = new Set<string | undefined>();
  let status = 0;
  const refuser = await stub((request, response) => {
    tokens.add(request.headers.authorization);
    response.writeHead(status).end('{"detail":"No such token."}');
  });
  const path = file('never.jsonl', lines(...flows(2)));
  for (const [one, says] of rows) {
    status = one;
    const { code, said } = await push([path], { url: refuser.url, env: { CPA_TOKEN: TOKEN } }).done;
    assert.equal(code, 3, said);
    assert.match(said, says);
    assert.match(said, /2 events were read but not stored: .*never\.jsonl from line 1 on/);
    assert.ok(!said.includes(TOKEN), said);
  }
  const { code } = await push(['--token-file', file('token', `${TOKEN}2\n`), path], {
    url: refuser.url,
    env: { CPA_TOKEN: TOKEN },
  }).done;
  refuser.close();
  assert.equal(code, 3);
  assert.equal(refuser.count(), rows.length + 1);
  assert.deepEqual([...tokens], [`Bearer ${TOKEN}`, `Bearer ${TOKEN}2`]);
});

test('a wrong address, token or file is told', async () => {
  const path = file('one.jsonl', lines(flow()));
  const rows: [string[], string, number, RegExp][] = [
    [[path], 'ftp://localhost', 3, /http:\/\//],
    [[path], 'http://bob:secret@localhost', 3, /name and password/],
    [['--token-file', file('empty', '\n'), path], base, 3, /holds no token/],
    [['--token-file', join(folder, 'none'), path], base, 3, /cannot read the token/],
    [[join(folder, 'none')], base, 3, /none: cannot open/],
    [['--give-up', '1', path], 'http://127.0.0.1:1', 3, /giving up/],
    [['--token-file', file('long', 'x'.repeat(4097)), path], base, 3, /holds no token/],
    [['--batch', '0', path], base, 2, /--batch is a number from 1/],
    [['--batch', '1000001', path], base, 2, /--batch is a number from 1 to 1000000/],
    [['--batch-bytes', '67108865', path], base, 2, /--batch-bytes is a number from 1 to 67108864/],
    [['--buffer-bytes', '1073741825', path], base, 2, /--buffer-bytes is a number from 1 to 1073741824/],
    [['--name', 'x'.repeat(256), path], base, 2, /--name is longer than 255 bytes/],
    [[], base, 2, /name the files/],
  ];
  for (const [args, url, expected, says] of rows) {
    const { code, said } = await push(args, { url }).done;
    assert.equal(code, expected, said);
    assert.match(said, says);
    assert.ok(!said.includes('secret'), said);
  }
});

test('at the bounds: a long token, large batches, and an answer that is too large', async () => {
  let size = 0;
  const tokens = new Set<string | undefined>();
  const talker = await stub((request, response) => {
    tokens.add(request.headers.authorization);
    response.end('{"received":1,"accepted":1}'.padEnd(size));
  });
  const args = ['--token-file', file('longest', 'x'.repeat(4096)), '--batch', '1000000', '--batch-bytes', '67108864',
    '--buffer-bytes', '1073741824', '--name', 'x'.repeat(255), file('bound.jsonl', lines(flow()))];
  size = 1024 * 1024;
  const most = await push(args, { url: talker.url }).done;
  assert.equal(most.code, 0, most.said);
  size += 1;
  const more = await push(args, { url: talker.url }).done;
  talker.close();
  assert.equal(more.code, 3, more.said);
  assert.match(more.said, /too large/);
  assert.deepEqual([...tokens], [`Bearer ${'x'.repeat(4096)}`]);
});

test('a certificate that is not trusted ends it; --ca-file trusts one', async () => {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      request.resume().on('end', () => response.end('{"received":1,"accepted":1}'));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const path = file('tls.jsonl', lines(flow()));
  const refused = await push([path], { url }).done;
  assert.equal(refused.code, 3, refused.said);
  assert.match(refused.said, /certificate is not trusted.*--ca-file/);
  const trusted = await push(['--ca-file', certificate, path], { url }).done;
  server.close();
  assert.equal(trusted.code, 0, trusted.said);
  assert.match(trusted.said, /1 events sent: 1 accepted/);
});
