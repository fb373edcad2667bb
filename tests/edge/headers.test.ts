// What every answer says to a browser, whoever made it: security and cache headers of all addresses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base } from '../api/support/client.ts';
import { operations } from '../api/support/contract.ts';
import { vera } from './support/attacks.ts';
import { type Answer, exchange, header, request } from './support/raw.ts';

const portal = Number(new URL(base).port);

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-NONCE'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; trusted-types default; require-trusted-types-for 'script'";
const always: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'x-frame-options': 'DENY',
};

/** Asks as a signed-in browser on another site's page would. */
async function ask(line: string, ...headers: string[]): Promise<Answer> {
  const foreign = 'Origin: https://evil.example';
  const [answer] = await exchange({ port: portal }, request(line, [...vera, foreign, ...headers]));
  assert.ok(answer, line);
  return answer;
}

function checkHeaders(what: string, answer: Answer, cache: string): void {
  const values = (name: string) =>
    answer.headers.filter(([one]) => one === name).map(([, value]) => value);
  for (const [name, value] of Object.entries(always)) {
    assert.deepEqual(values(name), [value], `${what}: ${name}`);
  }
  assert.deepEqual(values('cache-control'), [cache], `${what}: cache-control`);
  assert.deepEqual(
    values('content-security-policy').map((one) =>
      one.replace(/nonce-[0-9a-f]{32}/, 'nonce-NONCE'),
    ),
    [policy],
    what,
  );
  assert.equal(values('x-request-id').length, 1, what);
  assert.deepEqual(values('server'), ['nginx'], what);
  for (const [name] of answer.headers) {
    assert.doesNotMatch(name, /^(access-control-|set-cookie|x-powered-by)/, what);
  }
}

for (const { method, path } of operations) {
  if (path === '/metrics') {
    continue; // of another listener
  }
  test(`${method} ${path}`, async () => {
    const address = path.replace(/\{\w+\}/g, 'none');
    const answer = await ask(`${method} ${address}`, 'Content-Length: 0');
    checkHeaders(path, answer, 'no-store');
    const preflight = await ask(`OPTIONS ${address}`, `Access-Control-Request-Method: ${method}`);
    assert.equal(preflight.status, 405);
    checkHeaders(`OPTIONS ${path}`, preflight, 'no-store');
  });
}

test('what nginx refuses', async () => {
  for (const line of [
    'GET /api/none',
    'TRACE /api/flows',
    'GET /api/%zz',
    'POST /',
    'GET /assets/none.js',
  ]) {
    checkHeaders(line, await ask(line), 'no-store');
  }
});

test('pages are never stored, and each has a nonce of its own', async () => {
  const nonces = new Set<string>();
  for (const path of ['/', '/index.html', '/policies', '/policies/1?tab=yaml', '/no/such/page']) {
    const answer = await ask(`GET ${path}`);
    assert.equal(answer.status, 200, path);
    assert.match(header(answer, 'content-type')!, /^text\/html/);
    checkHeaders(path, answer, 'no-store');
    const [, nonce] = /'nonce-([0-9a-f]{32})'/.exec(header(answer, 'content-security-policy')!)!;
    assert.ok(answer.body.includes(nonce!), path);
    assert.ok(!answer.body.includes('__CSP_NONCE__'), path);
    nonces.add(nonce!);
  }
  assert.equal(nonces.size, 5);
});

test('hashed files are kept for ever', async () => {
  const page = await ask('GET /');
  const files = [...page.body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
    ([, file]) => file!,
  );
  assert.ok(files.length >= 2);
  for (const file of files) {
    const answer = await ask(`GET ${file}`);
    assert.equal(answer.status, 200, file);
    checkHeaders(file, answer, 'public, max-age=31536000, immutable');
  }
});
