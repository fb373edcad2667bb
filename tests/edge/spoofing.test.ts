// Every attack against real workers behind a proxy: nothing is granted that vera, a viewer, has not.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { base, sql } from '../api/support/client.ts';
import { admin, attacks, secrets, target, vera } from './support/attacks.ts';
import { type Answer, exchange, request } from './support/raw.ts';

const portal = Number(new URL(base).port);
const automation = Number(new URL(process.env['STACK_AUTOMATION_URL'] ?? '').port);

/** Who may, is told that there is no such flow; that an address leads nowhere grants nothing. */
const granted = ({ status, body }: Answer) =>
  status < 400 || (status === 404 && !body.includes('There is nothing at this address.'));

const session = async (headers: string[], from = '127.0.0.1') => {
  const [answer] = await exchange({ port: portal, from }, request('GET /api/session', headers));
  assert.equal(answer?.status, 200, answer?.body);
  return JSON.parse(answer.body) as { user: string; role: string; authentication: string };
};

before(async () => {
  // Without these the attacks would prove nothing: the same bytes, sent by the proxy, are believed.
  const [answer] = await exchange({ port: portal }, request(target, admin));
  assert.ok(answer && granted(answer), answer?.body);
  assert.equal((await session(admin)).role, 'admin');
});

test('the proxy is believed, with either secret; a stranger is not', async () => {
  const { user, role, authentication } = await session(vera);
  assert.deepEqual([user, role, authentication], ['vera', 'viewer', 'proxy']);
  const second = vera.map((line) => line.replace(secrets[0], secrets[1]));
  assert.equal((await session(second)).user, 'vera');
  const nobody = await session(vera, '127.0.0.2');
  assert.deepEqual([nobody.user, nobody.role, nobody.authentication], ['', 'none', 'none']);
});

for (const { name, by, bytes } of attacks) {
  test(`${by}: ${name}: nothing is gained`, async () => {
    const port = by === 'automation' ? automation : portal;
    const from = by === 'stranger' ? '127.0.0.2' : '127.0.0.1';
    const answers = await exchange({ port, from, quietMs: 400 }, bytes);
    // The request around a smuggled one is vera's own: she may compare policies.
    const [first, ...rest] = answers;
    const own = name.startsWith('smuggled') && first && first.status < 404;
    for (const answer of own ? rest : answers) {
      assert.ok(!granted(answer), `${answer.status} ${answer.body}`);
      assert.ok([400, 401, 403, 404, 405, 501].includes(answer.status), String(answer.status));
    }
  });
}

test('a token that holds no more, or for something else, opens no door', async () => {
  const make = async (...scopes: string[]) => {
    const wish = JSON.stringify({ name: 'attack', scopes, expires_in_days: 1 });
    const lines = [...admin, 'Content-Type: application/json', `Content-Length: ${wish.length}`];
    const [answer] = await exchange({ port: portal }, request('POST /api/tokens', lines, wish));
    assert.equal(answer?.status, 201, answer?.body);
    return JSON.parse(answer.body) as { token: string; token_id: string };
  };
  const [good, other, old, gone] = [
    await make('policies:read'),
    await make('flows:write'),
    await make('policies:read'),
    await make('policies:read'),
  ];
  sql(`UPDATE tokens SET expires_at = now() - interval '1 second' WHERE id = '${old.token_id}'`);
  await exchange({ port: portal }, request(`DELETE /api/tokens/${gone.token_id}`, admin));
  const read = async (port: number, ...lines: string[]) =>
    (await exchange({ port }, request('GET /api/policies', lines)))[0]?.status;
  for (const port of [portal, automation]) {
    const bearer = (token: string, ...more: string[]) =>
      read(port, `Authorization: Bearer ${token}`, ...more);
    assert.equal(await bearer(good.token), 200);
    assert.equal(await bearer(other.token), 403);
    assert.equal(await bearer(old.token), 401);
    assert.equal(await bearer(gone.token), 401);
    assert.equal(await bearer(`${good.token.slice(0, -1)}_`), 401);
    assert.equal(await bearer(good.token.toLowerCase()), 401);
    assert.equal(await read(port, `Authorization: Basic ${btoa(`x:${good.token}`)}`), 401);
    assert.equal(await read(port, `Cookie: token=${good.token}`), 401);
    assert.equal(await read(port, `X-Authorization: Bearer ${good.token}`), 401);
    assert.equal(await bearer(other.token, `Authorization: Bearer ${good.token}`), 400);
    // What a proxy says adds nothing to what a token may.
    assert.equal(await bearer(other.token, ...admin), 403);
    assert.equal(await bearer(old.token, ...admin), 401);
  }
});

// A change needs more than an identity: it must come from a page of ours.
const body = JSON.stringify({ yaml_content: 'x' });
const change = (type: string, ...headers: string[]) =>
  exchange(
    { port: portal },
    request(
      'POST /api/policies',
      [
        ...admin.filter((line) => !line.startsWith('Sec-Fetch-Site')),
        ...headers,
        `Content-Type: ${type}`,
        `Content-Length: ${body.length}`,
      ],
      body,
    ),
  );

for (const [name, headers] of [
  ["another site's page", ['Sec-Fetch-Site: cross-site', 'Origin: https://evil.example']],
  ['a page of a sister site', ['Sec-Fetch-Site: same-site', 'Origin: http://evil.example.test']],
  ["another site's page in an old browser", ['Origin: https://evil.example']],
  ['a page without an origin', ['Origin: null']],
  ['the same host by another scheme', ['Origin: https://cpa.example.test']],
  ['the same host at another port', ['Origin: http://cpa.example.test:8080']],
  ['a host that starts with ours', ['Origin: http://cpa.example.test.evil.example']],
  ['nobody who says where from', []],
  [
    'a Sec-Fetch-Site that is none',
    ['Sec-Fetch-Site: Same-Origin', 'Origin: https://evil.example'],
  ],
] as const) {
  test(`a change asked for by ${name} is refused`, async () => {
    const [answer] = await change('application/json', ...headers);
    assert.equal(answer?.status, 403, answer?.body);
  });
}

test('a form of any page is refused, also of our own', async () => {
  for (const type of [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=a',
    'text/plain',
  ]) {
    const [answer] = await change(type, 'Sec-Fetch-Site: same-origin');
    assert.equal(answer?.status, 415, type);
  }
  const [good] = await change('application/json', 'Sec-Fetch-Site: same-origin');
  assert.ok(good?.status === 400 || good?.status === 422, `${good?.status} ${good?.body}`);
});

test('identities that are malformed are nobody', async () => {
  const as = (...lines: string[]) => [vera[0]!, ...lines];
  for (const lines of [
    ['X-Forwarded-User:'],
    ['X-Forwarded-Email: vera@example.test'],
    ['X-Forwarded-User: \xff\xfe'],
    [`X-Forwarded-User: ${'v'.repeat(257)}`],
  ]) {
    const [answer] = await exchange(
      { port: portal },
      request('GET /api/policies', as(...lines, 'X-Forwarded-Groups: cpa-admins')),
    );
    assert.equal(answer?.status, 401, lines.join());
  }
});
