// What nginx tells the workers, for every preset and every attack: the parameters themselves.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { attacks, secret, vera } from './support/attacks.ts';
import { type Echo, startEcho } from './support/echo.ts';
import { presets, sentBy } from './support/presets.ts';
import { exchange, header, request } from './support/raw.ts';

const identity = ['USER', 'EMAIL', 'NAME', 'GROUPS'].map((what) => `CPA_AUTH_${what}`);

/** What each request that reached a worker was told; a parameter told twice is an array. */
async function told(port: number, bytes: string, from?: string) {
  const answers = await exchange({ port, ...(from ? { from } : {}), quietMs: 300 }, bytes);
  return answers
    .filter(({ status }) => status === 200)
    .map(({ body }) => {
      const all: Record<string, string | string[]> = {};
      for (const [name, value] of JSON.parse(body) as [string, string][]) {
        all[name] = all[name] === undefined ? value : [all[name], value].flat();
      }
      return all;
    });
}

for (const [name, preset] of Object.entries(presets)) {
  test(`the headers of ${name} reach the worker from the proxy alone`, async () => {
    const echo = await startEcho({
      CPA_PROXY_PRESET: name,
      CPA_TRUSTED_PROXIES: '127.0.0.1/32,2001:db8::/32',
      ...preset.settings,
    });
    const bytes = Buffer.from(
      request('GET /api/session', [...sentBy(preset), `X-CPA-Proxy-Secret: ${secret}`]),
    ).toString('latin1');
    const [good] = await told(echo.portal, bytes);
    assert.deepEqual(
      identity.map((one) => good?.[one]),
      ['vera', 'vera@example.test', 'V\u00e9ra', preset.groups],
    );
    assert.equal(good?.['CPA_PROXY_SECRET'], secret);
    assert.equal(good?.['CPA_PEER_TRUSTED'], '1');
    assert.equal(good?.['CPA_LISTENER'], 'portal');
    assert.equal(good?.['CPA_FORWARDED'], '1');
    for (const [port, from, listener] of [
      [echo.portal, '127.0.0.2', 'portal'],
      [echo.automation, '127.0.0.1', 'automation'],
    ] as const) {
      const [bad] = await told(port, bytes, from);
      assert.deepEqual(
        [...identity, 'CPA_PROXY_SECRET', 'CPA_PEER_TRUSTED', 'CPA_LISTENER'].map(
          (one) => bad?.[one],
        ),
        ['', '', '', '', '', '', listener],
      );
    }
  });
}

for (const [what, settings] of [
  ['a preset that is none', { CPA_PROXY_PRESET: 'o.*' }],
  ['a comment as preset', { CPA_PROXY_PRESET: '#' }],
  ['no preset', { CPA_TRUSTED_PROXIES: '127.0.0.1' }],
  ['custom without a header', { CPA_PROXY_PRESET: 'custom' }],
  [
    'a header that ends the directive',
    { CPA_PROXY_PRESET: 'custom', CPA_PROXY_USER_HEADER: 'X;} #' },
  ],
  [
    'an address that ends the directive',
    { CPA_PROXY_PRESET: 'authelia', CPA_TRUSTED_PROXIES: '1;' },
  ],
] as const) {
  test(`nginx is not configured with ${what}`, async () => {
    await assert.rejects(startEcho(settings), /render/);
  });
}

let echo: Echo;
before(async () => {
  echo = await startEcho({ CPA_PROXY_PRESET: 'oauth2-proxy', CPA_TRUSTED_PROXIES: '127.0.0.1' });
});

let reached = 0;
for (const { name, by, bytes } of attacks) {
  test(`${by}: ${name}: no worker is told it`, async () => {
    const port = by === 'automation' ? echo.automation : echo.portal;
    const requests = await told(port, bytes, by === 'stranger' ? '127.0.0.2' : '127.0.0.1');
    reached += requests.length;
    for (const parameters of requests) {
      for (const value of Object.values(parameters)) {
        assert.equal(typeof value, 'string', 'a parameter is told twice');
      }
      if (by === 'stranger' || by === 'automation') {
        assert.deepEqual(
          [...identity, 'CPA_PROXY_SECRET', 'CPA_PEER_TRUSTED'].map((one) => parameters[one]),
          Array(6).fill(''),
        );
      } else if (parameters['CPA_PROXY_SECRET'] === secret) {
        assert.ok(['vera', ''].includes(parameters['CPA_AUTH_USER'] as string));
        assert.ok(['cpa-viewers', ''].includes(parameters['CPA_AUTH_GROUPS'] as string));
      }
      assert.equal(parameters['CPA_LISTENER'], by === 'automation' ? 'automation' : 'portal');
    }
  });
}

test('nginx refuses some attacks, and most reach a worker, who is told of vera alone', () => {
  assert.ok(reached > attacks.length / 2, String(reached));
});

test('a worker is told nothing but what the list says', async () => {
  const [parameters] = await told(
    echo.portal,
    request('GET /api/session?a=b', [
      ...vera,
      'Cookie: a=b',
      'X-Any: a',
      'Range: bytes=0-1',
      'Proxy: evil',
    ]),
  );
  const known =
    /^(CPA_(LISTENER|PEER_TRUSTED|PROXY_SECRET|AUTH_(USER|EMAIL|NAME|GROUPS)|FORWARDED)|REQUEST_(METHOD|URI|ID)|QUERY_STRING|REMOTE_ADDR|CONTENT_(LENGTH|TYPE)|HTTP_(HOST|SEC_FETCH_SITE|TRACEPARENT))$/;
  for (const name of Object.keys(parameters ?? assert.fail('no answer'))) {
    assert.match(name, known);
  }
  assert.equal(parameters?.['CPA_AUTH_USER'], 'vera');
});

test("the client's address is the last one that is no trusted proxy, and only a proxy may say it", async () => {
  const address = async (forwarded: string, from?: string) =>
    (
      await told(echo.portal, request('GET /api/session', [`X-Forwarded-For: ${forwarded}`]), from)
    )[0]?.['REMOTE_ADDR'];
  assert.equal(await address('203.0.113.7'), '203.0.113.7');
  assert.equal(await address('10.9.9.9, 203.0.113.7, 127.0.0.1'), '203.0.113.7');
  assert.equal(await address('nonsense'), '127.0.0.1');
  assert.equal(await address('203.0.113.7', '127.0.0.2'), '127.0.0.2');
});

test('a header that only proxies send is told as such, from anybody', async () => {
  const forwarded = async (...headers: string[]) =>
    (await told(echo.portal, request('GET /api/session', headers), '127.0.0.2'))[0]?.[
      'CPA_FORWARDED'
    ];
  assert.equal(await forwarded('Accept: */*', 'User-Agent: curl'), '');
  const names = [
    'Forwarded',
    'Via',
    'X-Real-IP',
    'X-CPA-Proxy-Secret',
    ...['For', 'Host', 'Proto', 'Port', 'Server', 'Uri'].map((what) => `X-Forwarded-${what}`),
  ];
  for (const name of [
    ...names,
    ...Object.entries(presets).flatMap(([name, { names }]) => (name === 'custom' ? [] : names)),
  ]) {
    assert.equal(await forwarded(`${name}: a`), '1', name);
  }
});

test('where people come by TLS, browsers are told to use nothing else', async () => {
  const hsts = async (settings: Record<string, string>) => {
    const { portal } = await startEcho(settings);
    const [answer] = await exchange({ port: portal }, request('GET /'));
    return header(answer!, 'strict-transport-security');
  };
  assert.equal(await hsts({ CPA_PUBLIC_URL: 'https://cpa.example.test' }), 'max-age=31536000');
  assert.equal(await hsts({ CPA_PUBLIC_URL: 'http://cpa.example.test' }), undefined);
  assert.equal(await hsts({}), undefined);
});

test('a request id and a trace are passed on', async () => {
  const [parameters] = await told(
    echo.portal,
    request('GET /api/session', ['X-Request-Id: abcdefgh-1']),
  );
  assert.equal(parameters?.['REQUEST_ID'], 'abcdefgh-1');
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const [traced] = await told(echo.portal, request('GET /api/session', [`traceparent: ${trace}`]));
  assert.equal(traced?.['HTTP_TRACEPARENT'], trace);
  const [own] = await told(echo.portal, request('GET /api/session', ['X-Request-Id: a b']));
  assert.match(String(own?.['REQUEST_ID']), /^[0-9a-f]{32}$/);
});
