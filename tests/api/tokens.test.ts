// API tokens: made once, hashed at rest, narrow, and gone when they are revoked.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Body, call, forgetFlows, refused, send, sql } from './support/client.ts';
import { flow, lines } from './support/flows.ts';

type NewToken = Body<'createToken'>;
type Wish = {
  name?: string;
  kind?: string;
  scopes?: string[];
  expires_in_days?: number;
  limits?: string[];
};

const automation = process.env['STACK_AUTOMATION_URL'] ?? assert.fail('STACK_AUTOMATION_URL');
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const used: string[] = [];

async function make(wish: Wish = {}, headers = {}): Promise<NewToken> {
  const made = await call('createToken', {
    json: { name: 'test', scopes: ['flows:read'], ...wish },
    headers,
  });
  used.push(made.token);
  return made;
}
const refusedWish = (status: number, wish: Record<string, unknown>, headers = {}) =>
  refused('createToken', status, {
    json: { name: 'test', scopes: ['flows:read'], ...wish },
    headers,
  });
/** The status of a request to the listener for automation. */
async function status(method: string, path: string, token?: string, body?: string) {
  const answer = await fetch(new URL(path, automation), {
    method,
    ...(token === undefined ? {} : { headers: bearer(token) }),
    ...(body === undefined ? {} : { body }),
  });
  await answer.text();
  return answer.status;
}

test('a token is shown once, and only its hash is stored', async () => {
  const made = await make({ name: 'a pipeline', scopes: ['policies:read', 'flows:read'] });
  assert.match(made.token, /^cpa_u_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
  const [, , id, secret] = made.token.split('_');
  assert.equal(id, made.token_id);
  assert.deepEqual(made.scopes, ['flows:read', 'policies:read']);
  assert.equal(made.state, 'active');
  const days = (Date.parse(made.expires_at) - Date.parse(made.created_at)) / 86_400_000;
  assert.ok(Math.abs(days - 90) < 0.01, `${days} days`);
  const listed = (await call('listTokens', { query: { limit: 1 } })).items[0]!;
  const { token: _, ...shown } = made;
  assert.deepEqual(listed, shown);
  assert.equal(sql(`SELECT encode(sha256, 'hex') = encode(sha256('${secret}'), 'hex')
    FROM tokens WHERE id = '${id}'`), 't');
  const row = sql(`SELECT t::text FROM tokens t WHERE id = '${id}'`);
  assert.ok(!row.includes(secret!));
});

test('a shipper may ship and nothing else, on both listeners', async () => {
  await forgetFlows();
  const { token } = await make({ kind: 'ingest', scopes: ['flows:write'], name: 'north' });
  assert.match(token, /^cpa_i_/);
  assert.equal(await status('POST', '/api/flows/import', token, lines(flow())), 200);
  assert.equal(await status('HEAD', '/api/flows/import', token), 200);
  for (const [method, path] of [
    ['GET', '/api/flows'],
    ['GET', '/api/policies'],
    ['GET', '/api/imports'],
    ['DELETE', '/api/flows?all=true'],
    ['GET', '/api/tokens'],
    ['GET', '/api/audit'],
  ] as const) {
    assert.equal(await status(method, path, token), 403, path);
  }
  const [load] = (await call('listImports', { query: { limit: 1 } })).items;
  assert.equal(load!.author, 'token:north');
  const session = await call('getSession', { headers: bearer(token) });
  assert.equal(session.user, 'token:north');
  assert.equal(session.authentication, 'token');
  assert.deepEqual(session.scopes, ['flows:write']);
  assert.equal(session.token_id, token.split('_')[2]);
});

test('no token may delete flows, whatever its scopes', async () => {
  const scopes = ['flows:read', 'flows:write', 'policies:read', 'policies:write', 'tokens:admin'];
  const { token } = await make({ scopes: [...scopes, 'audit:read'] });
  assert.equal(await status('DELETE', '/api/flows?all=true', token), 403);
  assert.equal(await status('GET', '/api/audit', token), 200);
});

test('the listener for automation knows tokens alone', async () => {
  assert.equal(await status('GET', '/api/flows'), 401);
  const answer = await fetch(new URL('/api/flows', automation));
  assert.equal(answer.headers.get('WWW-Authenticate'), 'Bearer');
  assert.equal(answer.headers.get('Content-Type'), 'application/problem+json');
  await answer.text();
});

test('what is not quite a token is none', async () => {
  const { token } = await make();
  const [, , id, secret] = token.split('_');
  const other = (await make()).token.split('_');
  const wrong = [
    token.slice(0, -1),
    `${token}x`,
    token.replace('cpa_u_', 'cpa_s_'),
    token.replace(id!, other[2]!),
    token.replace(secret!, other[3]!),
    `cpa_u_${id}_${secret}_000000`,
    'cpa_',
  ];
  for (const one of wrong) {
    await refused('listFlows', 401, { headers: bearer(one) });
  }
  // a checksum that is right does not help: neither to another secret, nor to another kind
  for (const forged of [
    withChecksum(`cpa_u_${id}_${other[3]}`),
    withChecksum(`cpa_s_${id}_${secret}`),
    withChecksum(`cpa_u_zzzzzzzz_${secret}`),
  ]) {
    used.push(forged);
    const problem = await refused('listFlows', 401, { headers: bearer(forged) });
    assert.match(problem.detail, /no such/);
  }
  await send('listFlows', { headers: { Authorization: `bearer   ${token}` } });
});

/** The text with its checksum: CRC-32 in base 62, six digits. */
function withChecksum(text: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
  }
  let value = (crc ^ 0xffffffff) >>> 0;
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let check = '';
  for (let i = 0; i < 6; i += 1) {
    check = digits[value % 62] + check;
    value = Math.floor(value / 62);
  }
  return `${text}_${check}`;
}

test('revoked and expired tokens hold no more', async () => {
  const gone = await make();
  await send('listFlows', { headers: bearer(gone.token) });
  assert.equal((await send('revokeToken', { path: { token_id: gone.token_id } })).status, 204);
  assert.equal((await send('revokeToken', { path: { token_id: gone.token_id } })).status, 204);
  const problem = await refused('listFlows', 401, { headers: bearer(gone.token) });
  assert.match(problem.detail, /revoked/);
  const old = await make();
  sql(`UPDATE tokens SET expires_at = now() - interval '1 second' WHERE id = '${old.token_id}'`);
  const late = await refused('listFlows', 401, { headers: bearer(old.token) });
  assert.match(late.detail, /expired/);
  const states = new Map(
    (await call('listTokens')).items.map(({ token_id, state }) => [token_id, state]),
  );
  assert.equal(states.get(gone.token_id), 'revoked');
  assert.equal(states.get(old.token_id), 'expired');
  await refused('revokeToken', 404, { path: { token_id: 'nowhere0' } });
});

test('a rotated token and its successor hold side by side for a day', async () => {
  const old = await make({ name: 'rotated', expires_in_days: 30, limits: ['*/shop'] });
  const path = { token_id: old.token_id };
  const next = await call('rotateToken', { path, json: {} });
  used.push(next.token);
  assert.notEqual(next.token_id, old.token_id);
  assert.deepEqual([next.name, next.scopes, next.limits], ['rotated', ['flows:read'], ['*/shop']]);
  for (const { token } of [old, next]) {
    assert.equal((await send('getSession', { headers: bearer(token) })).status, 200);
  }
  const before = (await call('listTokens')).items.find((one) => one.token_id === old.token_id)!;
  assert.equal(before.rotated_to, next.token_id);
  const hours = (Date.parse(before.expires_at) - Date.now()) / 3_600_000;
  assert.ok(hours > 23.9 && hours <= 24, `${hours} hours`);
  const days = (Date.parse(next.expires_at) - Date.parse(next.created_at)) / 86_400_000;
  assert.ok(Math.abs(days - 30) < 0.01, `${days} days`);
  await refused('rotateToken', 409, { path, json: {} });
  await call('revokeToken', { path: { token_id: next.token_id } });
  await refused('rotateToken', 409, { path: { token_id: next.token_id }, json: {} });
});

test('the last use is noted once a minute', async () => {
  const { token, token_id } = await make();
  const last = () => sql(`SELECT last_used_at, last_used_address FROM tokens WHERE id = '${token_id}'`);
  assert.equal(last(), '|');
  await send('getSession', { headers: bearer(token) });
  const first = last();
  assert.match(first, /\|127\.0\.0\.1$/);
  await send('getSession', { headers: bearer(token) });
  assert.equal(last(), first);
  sql(`UPDATE tokens SET last_used_at = now() - interval '61 seconds' WHERE id = '${token_id}'`);
  await send('getSession', { headers: bearer(token) });
  assert.ok(last() > first);
});

test('nobody hands out more than they may', async () => {
  const { token } = await make({ scopes: ['tokens:admin', 'flows:read'], limits: ['north/*'] });
  const headers = bearer(token);
  const made = await make({ limits: ['north/shop'] }, headers);
  assert.deepEqual(made.limits, ['north/shop']);
  assert.deepEqual((await make({}, headers)).limits, ['north/*'], 'as its maker unless told');
  await refusedWish(403, { scopes: ['flows:write'] }, headers);
  await refusedWish(403, { limits: ['*/*'] }, headers);
  await refusedWish(403, { limits: ['south/shop'] }, headers);
  const plain = await make({ scopes: ['flows:read'] });
  await refusedWish(403, {}, bearer(plain.token));
  // nor by rotating somebody else's
  const wide = await make({ scopes: ['flows:write'] });
  await refused('rotateToken', 403, { path: { token_id: wide.token_id }, json: {}, headers });
});

test('wishes that cannot be are refused with the member to blame', async () => {
  for (const [field, wish] of [
    ['name', { name: '' }],
    ['name', { name: 'a\nb' }],
    ['name', { name: undefined }],
    ['scopes', { scopes: [] }],
    ['scopes', { scopes: ['flows:erase'] }],
    ['scopes', { scopes: 'flows:read' }],
    ['scopes', { kind: 'ingest', scopes: ['flows:write', 'flows:read'] }],
    ['kind', { kind: 'root' }],
    ['expires_in_days', { expires_in_days: 0 }],
    ['expires_in_days', { expires_in_days: 367 }],
    ['expires_in_days', { expires_in_days: 1.5 }],
    ['limits', { limits: [] }],
    ['limits', { limits: ['shop'] }],
    ['limits', { limits: Array.from({ length: 101 }, (_, i) => `*/n${i}`) }],
  ] as const) {
    assert.equal((await refusedWish(400, wish)).field, field, JSON.stringify(wish));
  }
  assert.equal((await refusedWish(400, { name: 'a'.repeat(101) })).status, 400);
  const longest = await make({
    name: 'a'.repeat(100),
    expires_in_days: 366,
    limits: Array.from({ length: 100 }, (_, i) => `*/n${i}`),
  });
  assert.equal(longest.limits!.length, 100);
  await refused('createToken', 400, { json: { name: 'x', scopes: ['flows:read'], expires: 'never' } });
});

test('an owner has so many tokens and no more', async () => {
  const holding = () =>
    Number(sql(`SELECT count(*) FROM tokens WHERE owner = 'local developer'
      AND revoked_at IS NULL AND expires_at > now()`));
  sql(`INSERT INTO tokens (id, kind, sha256, name, owner, role, scopes, expires_at)
    SELECT 'fill' || lpad(i::text, 4, '0'), 'user', '\\x00', 'fill', 'local developer', 'viewer',
      '{flows:read}', now() + interval '1 hour' FROM generate_series(1, 99 - ${holding()}) i`);
  await make();
  assert.equal(holding(), 100);
  const problem = await refusedWish(409, {});
  assert.match(problem.detail, /100 tokens/);
  sql("DELETE FROM tokens WHERE name = 'fill'");
});

test('each change of a token is in the audit, with who and how', async () => {
  const made = await make({ name: 'audited' });
  const next = await call('rotateToken', { path: { token_id: made.token_id }, json: {} });
  used.push(next.token);
  await call('revokeToken', { path: { token_id: next.token_id } });
  const rows = (await call('listAudit', { query: { name: 'audited' } })).items;
  assert.deepEqual(
    rows.map(({ action, object, auth, role }) => [action, object, auth, role]),
    [
      ['token.revoke', next.token_id, 'dev', 'admin'],
      ['token.rotate', made.token_id, 'dev', 'admin'],
      ['token.create', made.token_id, 'dev', 'admin'],
    ],
  );
  assert.ok(!JSON.stringify(rows).includes(made.token.split('_')[3]!));
  // and what is done with a token names it
  const { token, token_id } = await make({ scopes: ['flows:write'], name: 'audited too' });
  await status('POST', '/api/flows/import', token, lines(flow()));
  const [load] = (await call('listAudit', { query: { token: token_id } })).items;
  assert.deepEqual([load!.action, load!.auth], ['flows.import', 'token']);
});

test('the list is read by key', async () => {
  const [a, b] = [await make({ name: 'one' }), await make({ name: 'two' })];
  const first = await call('listTokens', { query: { limit: 1 } });
  assert.equal(first.items[0]!.token_id, b.token_id);
  const second = await call('listTokens', { query: { limit: 1, cursor: first.next_cursor! } });
  assert.equal(second.items[0]!.token_id, a.token_id);
  await refused('listTokens', 400, { query: { cursor: 'bm8' } });
});

const program = process.env['CPA_PROGRAM']!;
const command = (...words: string[]) =>
  spawnSync(program, ['token', ...words], {
    encoding: 'utf8',
    env: { ...process.env, PGUSER: 'cpa_app' },
  });

test('the first token is made on the command line', async () => {
  const made = command('create', '--name', 'shipper', '--scope', 'flows:write', '--days', '7');
  assert.equal(made.status, 0, made.stderr);
  const token = made.stdout.trim();
  used.push(token);
  assert.match(token, /^cpa_i_/);
  assert.equal(await status('POST', '/api/flows/import', token, lines(flow())), 200);
  assert.equal(await status('GET', '/api/flows', token), 403);
  const admin = command('create', '--name', 'admin', '--scope', 'tokens:admin', '--role', 'admin',
    '--scope', 'audit:read', '--limit', '*/*');
  assert.equal(admin.status, 0, admin.stderr);
  used.push(admin.stdout.trim());
  assert.equal(await status('GET', '/api/tokens', admin.stdout.trim()), 200);
  const [row] = (await call('listAudit', { query: { name: 'admin', action: 'token.create' } })).items;
  assert.deepEqual([row!.actor, row!.auth], ['command line', 'command']);
  for (const words of [
    [],
    ['create'],
    ['create', '--name', 'x'],
    ['create', '--name', 'x', '--scope', 'flows:erase'],
    ['create', '--name', 'x', '--scope', 'flows:read', '--days', '367'],
    ['create', '--name', 'x', '--scope', 'flows:read', '--days', '0'],
    ['create', '--name', 'x', '--scope', 'policies:write', '--role', 'viewer'],
    ['create', '--name', 'x', '--scope', 'flows:read', '--limit', 'shop'],
    ['erase', '--name', 'x', '--scope', 'flows:read'],
  ]) {
    const refused = command(...words);
    assert.notEqual(refused.status, 0, words.join(' '));
    assert.notEqual(refused.stderr, '');
    assert.equal(refused.stdout, '');
  }
  assert.equal(command('--help').status, 0);
});

test('a database that is away is 503 and never 401', async () => {
  const { token } = await make();
  const database = process.env['PGDATABASE']!;
  const admin = (text: string) =>
    execFileSync('psql', ['-qAtX', '-d', 'postgres', '-c', text], { encoding: 'utf8' });
  admin(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
  try {
    admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`);
    const away = await fetch(new URL('/api/flows', automation), { headers: bearer(token) });
    assert.equal(away.status, 503, await away.text());
    assert.ok(Number(away.headers.get('Retry-After')) > 0);
    // what is mistyped is told without the database
    assert.equal(await status('GET', '/api/flows', token.slice(0, -1)), 401);
  } finally {
    admin(`ALTER DATABASE ${database} ALLOW_CONNECTIONS true`);
  }
  assert.equal(await status('GET', '/api/flows', token), 200);
});

test('no secret is in the log, not even of one in an address', async () => {
  const { token } = await make();
  for (const path of [`/api/flows/${token}`, `/${token}`, `/api/flows?l7=${token}`]) {
    await status('GET', path, token);
  }
  const log = readFileSync(process.env['STACK_LOG']!, 'utf8');
  assert.ok(used.length > 20);
  assert.ok(log.includes(used[0]!.split('_')[2]!) || log.includes('token='), 'ids may be logged');
  for (const token of used) {
    assert.ok(!log.includes(token.split('_')[3]!), `the secret of ${token.split('_')[2]} is logged`);
  }
});
