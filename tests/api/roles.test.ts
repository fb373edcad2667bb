// Who may do what: every operation by everybody, through the real nginx, behind an SSO proxy. The
// contract's x-role and x-scope decide (contract.test.ts compares them with the route table).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { checkAnswer, operations, type Place } from './support/contract.ts';
import { flow, lines } from './support/flows.ts';
import { type Stack, startStack } from './support/stack.ts';

const roles = ['none', 'viewer', 'editor', 'admin'];
const scopes = [
  'flows:read',
  'flows:write',
  'policies:read',
  'policies:write',
  'tokens:admin',
  'audit:read',
];
const secret = 'the secret that the proxy and the workers share';
const next = 'the secret that comes after it, when it is changed';

const settings = (file: string) => ({
  CPA_AUTH_MODE: 'proxy',
  CPA_PROXY_PRESET: 'oauth2-proxy',
  CPA_TRUSTED_PROXIES: '127.0.0.1',
  CPA_PROXY_SECRET_FILE: file,
  CPA_PUBLIC_URL: 'https://cpa.example.test',
  CPA_SIGN_IN_URL: '/oauth2/start',
  CPA_CONTACT: 'network@example.test',
  CPA_ROLE_VIEWER: 'viewers, staff',
  CPA_ROLE_EDITOR: 'editors',
  CPA_ROLE_ADMIN: 'admins',
  CPA_GROUP_LIMITS: 'team-shop=*/shop;team-none=',
  CPA_RATE_PER_S: '99999',
});

/** What the proxy adds for a user of these groups; the browser says that the page is ours. */
const signedIn = (groups: string, user = 'ann') => ({
  'X-CPA-Proxy-Secret': secret,
  'X-Forwarded-User': user,
  'X-Forwarded-Groups': groups,
  'Sec-Fetch-Site': 'same-origin',
});
const groupsOf: Record<string, string> = {
  none: 'visitors',
  viewer: 'visitors,staff',
  editor: 'editors,viewers',
  admin: 'admins',
};

let stack: Stack;
let folder: string;
let secretFile: string;
const tokens: string[] = [];

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cpa-roles.'));
  chmodSync(folder, 0o755);
  secretFile = path.join(folder, 'secret');
  writeFileSync(secretFile, `${secret}\n`, { mode: 0o644 });
  stack = await startStack(settings(secretFile));
});
after(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Headers = Record<string, string>;

async function ask(base: string, place: Place, headers: Headers) {
  const url = new URL(place.path.replace(/\{\w+\}/g, '0'), base);
  const answer = await fetch(url, {
    method: place.method,
    headers,
    redirect: 'manual',
    ...(place.method === 'GET' || place.method === 'DELETE'
      ? {}
      : { body: '{}', headers: { 'Content-Type': 'application/json', ...headers } }),
  });
  const text = await answer.text();
  const type = (answer.headers.get('Content-Type') ?? '').split(';')[0]!;
  checkAnswer(place, answer.status, type, type.endsWith('json') ? JSON.parse(text) : text);
  return { status: answer.status, json: type.endsWith('json') ? JSON.parse(text) : undefined };
}

const placeOf = (id: string) => operations.find(({ operation }) => operation.operationId === id)!;

/** A token of `role` with these scopes, made by somebody of that role. */
async function makeToken(role: string, wanted: string[]): Promise<string> {
  const answer = await fetch(new URL('/api/tokens', stack.portal), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...signedIn(groupsOf[role]!) },
    body: JSON.stringify({ name: `${role} ${wanted.join(' ')}`.slice(0, 100), scopes: wanted }),
  });
  const made = (await answer.json()) as { token: string; role: string };
  assert.equal(answer.status, 201, JSON.stringify(made));
  assert.equal(made.role, role);
  tokens.push(made.token);
  return made.token;
}
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** What the table says of a caller; `held` are the scopes of a token, undefined for a person. */
function expected(place: Place, role: string | undefined, held?: string[]): number {
  const { 'x-role': needed, 'x-scope': scope } = place.operation;
  if (needed === 'none') {
    return 200;
  }
  if (role === undefined) {
    return 401;
  }
  const scoped =
    held === undefined ||
    (scope !== 'none' && scope.split(' ').every((one) => held.includes(one)));
  return scoped && roles.indexOf(role) >= roles.indexOf(needed) ? 200 : 403;
}

/** 401 and 403 as they are; everything else is being let in. */
const gate = (status: number) => (status === 401 || status === 403 ? status : 200);

// /metrics is on a listener of its own.
const walked = () => operations.filter(({ path: one }) => one !== '/metrics');

async function walk(base: string, headers: Headers, role?: string, held?: string[]) {
  const wrong: string[] = [];
  for (const place of walked()) {
    const { status } = await ask(base, place, headers);
    if (gate(status) !== expected(place, role, held)) {
      wrong.push(`${place.method} ${place.path}: ${status}, not ${expected(place, role, held)}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(walked().length > 30);
}

test('nobody may anything', async () => {
  await walk(stack.portal, {});
  await walk(stack.automation, {});
  await walk(stack.automation, signedIn('admins'));
});

for (const role of roles) {
  test(`role ${role}: as the table says`, async () => {
    await walk(stack.portal, signedIn(groupsOf[role]!), role);
  });
}

for (const scope of scopes) {
  test(`scope ${scope} of an admin: as the table says, on both listeners`, async () => {
    const headers = bearer(await makeToken('admin', [scope]));
    await walk(stack.automation, headers, 'admin', [scope]);
    await walk(stack.portal, headers, 'admin', [scope]);
  });
}

test('a token may no more than its maker, whatever its scopes', async () => {
  const ofViewer = ['flows:read', 'policies:read', 'tokens:admin'];
  const ofEditor = [...ofViewer, 'flows:write', 'policies:write'];
  await walk(stack.automation, bearer(await makeToken('viewer', ofViewer)), 'viewer', ofViewer);
  await walk(stack.automation, bearer(await makeToken('editor', ofEditor)), 'editor', ofEditor);
  await walk(stack.automation, bearer(await makeToken('admin', scopes)), 'admin', scopes);
  for (const [role, scope] of [
    ['viewer', 'flows:write'],
    ['viewer', 'policies:write'],
    ['editor', 'audit:read'],
  ] as const) {
    const answer = await fetch(new URL('/api/tokens', stack.portal), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...signedIn(groupsOf[role]!) },
      body: JSON.stringify({ name: 'more', scopes: [scope] }),
    });
    assert.equal(answer.status, 403, await answer.text());
  }
});

test('a token follows the role of its owner', async () => {
  const as = (groups: string, user = 'dora') =>
    fetch(new URL('/api/session', stack.portal), { headers: signedIn(groups, user) }).then(
      (answer) => answer.text(),
    );
  const answer = await fetch(new URL('/api/tokens', stack.portal), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...signedIn('editors', 'dora') },
    body: JSON.stringify({ name: 'of dora', scopes: ['flows:read', 'policies:write'] }),
  });
  const { token } = (await answer.json()) as { token: string };
  tokens.push(token);
  const may = async (method: string, path: string) => {
    const reply = await fetch(new URL(path, stack.automation), {
      method,
      headers: { ...bearer(token), 'Content-Type': 'application/json' },
      ...(method === 'POST' ? { body: '{}' } : {}),
    });
    await reply.text();
    return gate(reply.status) === 200;
  };
  const rights = async () => [
    await may('GET', '/api/flows'),
    await may('POST', '/api/policies'),
    await may('GET', '/api/audit'),
  ];
  assert.deepEqual(await rights(), [true, true, false]);
  await as('staff');
  assert.deepEqual(await rights(), [true, false, false], 'she is a viewer now');
  await as('visitors');
  assert.deepEqual(await rights(), [false, false, false], 'she has no role any more');
  await as('admins');
  assert.deepEqual(await rights(), [true, true, false], 'never more than it was made for');
  await as('visitors', 'somebody else');
  assert.deepEqual(await rights(), [true, true, false]);
});

test('people see their own tokens, admins those of all', async () => {
  const made = (await (
    await fetch(new URL('/api/tokens', stack.portal), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...signedIn('staff', 'bob') },
      body: JSON.stringify({ name: "bob's", scopes: ['flows:read'] }),
    })
  ).json()) as { token_id: string; token: string };
  tokens.push(made.token);
  const owners = async (groups: string, user: string) => {
    const { json } = await ask(stack.portal, placeOf('listTokens'), signedIn(groups, user));
    return [...new Set((json.items as { owner: string }[]).map(({ owner }) => owner))].sort();
  };
  assert.deepEqual(await owners('staff', 'bob'), ['bob']);
  assert.deepEqual(await owners('staff', 'carl'), []);
  assert.deepEqual(await owners('admins', 'carl'), ['ann', 'bob', 'dora']);
  const revoke = (groups: string, user: string) =>
    fetch(new URL(`/api/tokens/${made.token_id}`, stack.portal), {
      method: 'DELETE',
      headers: signedIn(groups, user),
    });
  assert.equal((await revoke('editors', 'carl')).status, 404);
  assert.equal((await revoke('staff', 'bob')).status, 204);
});

test('the session tells who it is, and without a role whom to ask', async () => {
  const session = async (headers: Headers) =>
    (await ask(stack.portal, placeOf('getSession'), headers)).json;
  const ann = await session({
    ...signedIn('staff,editors'),
    'X-Forwarded-Email': 'ann@example.test',
    'X-Forwarded-Preferred-Username': 'Änn',
  });
  assert.deepEqual(
    [ann.user, ann.email, ann.role, ann.groups, ann.authentication, ann.auth_mode, ann.reason],
    ['ann', 'ann@example.test', 'editor', ['staff', 'editors'], 'proxy', 'proxy', ''],
  );
  assert.equal(ann.sign_in_url, '/oauth2/start');
  const visitor = await session(signedIn('visitors,sales'));
  assert.equal(visitor.role, 'none');
  assert.match(visitor.reason, /visitors, sales/);
  assert.match(visitor.reason, /network@example\.test/);
  const nobody = await session({});
  assert.deepEqual([nobody.user, nobody.authentication], ['', 'none']);
  assert.match(nobody.reason, /Sign in/);
});

test('the proxy that does not know the secret names nobody', async () => {
  for (const wrong of ['', 'x', secret.slice(1), `${secret} `.repeat(2)]) {
    const { status } = await ask(stack.portal, placeOf('listFlows'), {
      ...signedIn('admins'),
      'X-CPA-Proxy-Secret': wrong,
    });
    assert.equal(status, 401, wrong);
  }
});

test('the secret is changed without a restart and without a gap', async () => {
  const status = async (given: string) =>
    (
      await ask(stack.portal, placeOf('listFlows'), {
        ...signedIn('admins'),
        'X-CPA-Proxy-Secret': given,
      })
    ).status;
  assert.equal(await status(next), 401);
  writeFileSync(secretFile, `${secret}\n${next}\n`);
  assert.deepEqual([await status(secret), await status(next)], [200, 200]);
  writeFileSync(secretFile, `${next}\n`);
  assert.deepEqual([await status(secret), await status(next)], [401, 200]);
  writeFileSync(secretFile, '');
  assert.equal(await status(next), 503);
  writeFileSync(secretFile, `${secret}\n`);
  assert.deepEqual([await status(secret), await status(next)], [200, 401]);
});

test('credentials that are not ours do not disturb those of the proxy', async () => {
  for (const Authorization of ['Basic YW5uOg==', 'Bearer eyJhbGciOiJub25lIn0.e30.', 'x']) {
    const headers = { ...signedIn('staff'), Authorization };
    assert.equal((await ask(stack.portal, placeOf('listFlows'), headers)).status, 200);
  }
  // but one of ours is what counts
  const token = await makeToken('admin', ['policies:read']);
  const headers = { ...signedIn('admins'), ...bearer(token) };
  assert.equal((await ask(stack.portal, placeOf('listFlows'), headers)).status, 403);
  const wrong = { ...signedIn('admins'), ...bearer(`${token}x`) };
  assert.equal((await ask(stack.portal, placeOf('listFlows'), wrong)).status, 401);
});

test('no page of another site changes anything', async () => {
  const change = async (headers: Headers, type = 'application/json') => {
    const { 'Sec-Fetch-Site': _, ...proxied } = signedIn('admins');
    const answer = await fetch(new URL('/api/policies/validate', stack.portal), {
      method: 'POST',
      headers: { ...proxied, 'Content-Type': type, ...headers },
      body: '{"yaml_content":"a: b"}',
    });
    await answer.text();
    return answer.status;
  };
  assert.equal(await change({ 'Sec-Fetch-Site': 'same-origin' }), 200);
  assert.equal(await change({ Origin: 'https://cpa.example.test' }), 200);
  assert.equal(await change({}), 403);
  for (const site of ['cross-site', 'same-site', 'x']) {
    assert.equal(await change({ 'Sec-Fetch-Site': site }), 403, site);
    const both = { 'Sec-Fetch-Site': site, Origin: 'https://cpa.example.test' };
    assert.equal(await change(both), 403, site);
  }
  for (const Origin of ['null', 'https://evil.test', 'http://cpa.example.test', stack.portal]) {
    assert.equal(await change({ Origin }), 403, Origin);
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    assert.equal(await change({ 'Sec-Fetch-Site': 'same-origin' }, type), 415, type);
  }
});

test('an admin with limits deletes what they may see, and nothing else', async () => {
  const end = (namespace: string) => ({ namespace, pod: `${namespace}-0` });
  const body = lines(
    flow({ source: end('shop'), destination: end('shop') }),
    flow({ source: end('shop'), destination: end('billing') }),
    flow({ source: end('billing'), destination: end('billing') }),
  );
  const as = async (groups: string, method: string, where: string, sent?: string) => {
    const answer = await fetch(new URL(where, stack.portal), {
      method,
      headers: { ...signedIn(groups), 'Content-Type': 'application/x-ndjson' },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
  };
  const ids = async (groups: string) =>
    (await as(groups, 'GET', '/api/flows')).json.items.map(
      (one: { flow_id: string }) => one.flow_id,
    ) as string[];
  assert.equal((await as('admins', 'DELETE', '/api/flows?all=true')).status, 200);
  assert.equal((await as('admins', 'POST', '/api/flows/import', body)).status, 200);
  const all = await ids('admins');
  const seen = await ids('admins,team-shop');
  assert.deepEqual([all.length, seen.length], [3, 2]);
  assert.deepEqual(await ids('admins,team-none'), []);
  assert.equal((await ids('admins,team-none,team-shop')).length, 2);
  const hidden = all.find((id) => !seen.includes(id))!;
  assert.equal((await as('admins,team-shop', 'DELETE', `/api/flows/${hidden}`)).status, 404);
  assert.equal((await as('admins,team-none', 'DELETE', '/api/flows?all=true')).json.deleted, 0);
  assert.equal((await as('admins,team-shop', 'DELETE', '/api/flows?all=true')).json.deleted, 2);
  assert.deepEqual(await ids('admins'), [hidden]);
  assert.equal((await as('admins', 'DELETE', `/api/flows/${hidden}`)).status, 204);
});

test('no secret of the proxy or of a token is in the log', () => {
  const log = stack.log();
  assert.ok(tokens.length > 10);
  for (const word of [secret, next, ...tokens.map((token) => token.split('_')[3]!)]) {
    assert.ok(!log.includes(word), `${word.slice(0, 4)}... is logged`);
  }
});

test('dev mode leaves alone what was served with authentication', async () => {
  const rows = execFileSync('psql', ['-qAtX', '-c', 'SELECT authenticated_at IS NULL FROM instance'], {
    encoding: 'utf8',
    env: { ...process.env, ...stack.database },
  });
  assert.equal(rows.trim(), 'f');
  const dir = stack.dir;
  await stack.stop({ keep: true });
  stack = await startStack({ CPA_AUTH_MODE: 'dev' }, dir);
  const { status, json } = await ask(stack.portal, placeOf('listFlows'), {});
  assert.equal(status, 403);
  assert.match(json.detail, /CPA_AUTH_MODE/);
});
