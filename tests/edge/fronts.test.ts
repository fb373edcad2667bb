// The configurations of deploy/sso that are nginx's, run as they are written.
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { secret } from './support/attacks.ts';
import { startEcho } from './support/echo.ts';
import { startFront } from './support/front.ts';
import { exchange, header, request } from './support/raw.ts';

type Case = {
  file: string;
  preset: string;
  /** Where nginx asks, the headers of the product's answer, and its sign-in page. */
  asks: string;
  says: string[];
  groups: string;
  signIn: string;
};
const cases: Case[] = [
  {
    file: 'auth-request.nginx.conf',
    preset: 'auth-request',
    asks: '/oauth2/auth',
    says: [
      'X-Auth-Request-User',
      'X-Auth-Request-Email',
      'X-Auth-Request-Preferred-Username',
      'X-Auth-Request-Groups',
    ],
    groups: 'cpa-viewers,staff',
    signIn: '/oauth2/start?rd=/policies',
  },
  {
    file: 'authelia.nginx.conf',
    preset: 'authelia',
    asks: '/api/authz/auth-request',
    says: ['Remote-User', 'Remote-Email', 'Remote-Name', 'Remote-Groups'],
    groups: 'cpa-viewers,staff',
    signIn: 'https://auth.example.com/?rd=x',
  },
  {
    file: 'authentik.nginx.conf',
    preset: 'authentik',
    asks: '/outpost.goauthentik.io/auth/nginx',
    says: ['X-authentik-username', 'X-authentik-email', 'X-authentik-name', 'X-authentik-groups'],
    groups: 'cpa-viewers|staff',
    signIn: '/outpost.goauthentik.io/start?rd=/policies',
  },
];
const cookie = 'Cookie: session=vera';

for (const { file, preset, asks, says, groups, signIn } of cases) {
  test(`${file}: who is signed in is told, and nobody else`, async () => {
    const echo = await startEcho({ CPA_PROXY_PRESET: preset, CPA_TRUSTED_PROXIES: '127.0.0.1' });
    const asked: string[] = [];
    const product = (question: IncomingMessage) => {
      asked.push(question.url ?? '');
      return question.headers.cookie === 'session=vera';
    };
    const port = await startFront(file, echo.portal, secret, (question, answer) => {
      if (!product(question)) {
        answer.writeHead(401, { Location: 'https://auth.example.com/?rd=x' }).end();
        return;
      }
      ['vera', 'vera@example.test', 'Vera', groups].forEach((value, i) =>
        answer.setHeader(says[i]!, value),
      );
      answer.writeHead(200).end();
    });
    const forged = says.map((name) => `${name}: forged`);
    const told = async (...headers: string[]) => {
      const [answer] = await exchange({ port }, request('GET /api/session', headers));
      assert.equal(answer?.status, 200);
      const parameters = Object.fromEntries(JSON.parse(answer.body) as [string, string][]);
      return ['USER', 'EMAIL', 'NAME', 'GROUPS']
        .map((what) => parameters[`CPA_AUTH_${what}`])
        .concat(parameters['CPA_PROXY_SECRET'], parameters['REMOTE_ADDR'], parameters['HTTP_HOST']);
    };
    const vera = [
      'vera',
      'vera@example.test',
      'Vera',
      groups,
      secret,
      '127.0.0.1',
      'cpa.example.test',
    ];
    assert.deepEqual(await told(cookie), vera);
    assert.deepEqual(asked, [asks]);
    for (const headers of [
      forged,
      forged.map((line) => line.replaceAll('-', '_')),
      forged.map((line) => line.toUpperCase()),
      [...forged, 'X-CPA-Proxy-Secret: forged', 'X-Forwarded-For: 203.0.113.9'],
      [`Connection: ${says.join(', ')}`],
    ]) {
      assert.deepEqual(await told(cookie, ...headers), vera, headers.join());
    }
    const [script] = await exchange({ port }, request('GET /api/session', forged));
    assert.equal(script?.status, 401);
    const [code] = await exchange({ port }, request('GET /assets/none.js', forged));
    assert.equal(code?.status, 404);
    const [page] = await exchange({ port }, request('GET /policies', forged));
    assert.equal(page?.status, 302);
    assert.equal(header(page, 'location')?.replace(/^http:\/\/[^/]+/, ''), signIn);
  });
}
