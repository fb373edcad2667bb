// Ways to be somebody else. Each is a connection as some attacker can make it, and its bytes; what
// they ask for is an admin's (`target`). Nothing of it may be granted.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from './raw.ts';

/** The two that the workers know. */
export const secrets = readFileSync(
  process.env['PROXY_SECRET_FILE'] ??
    assert.fail('PROXY_SECRET_FILE is not set: run tests/run edge'),
  'utf8',
)
  .trim()
  .split('\n') as [string, string];
export const secret = secrets[0];
export const target = `DELETE /api/flows/${'0'.repeat(32)}`;
const path = target.split(' ')[1]!;

/** What the SSO proxy adds for vera, a viewer, whose browser asks. */
export const vera = [
  `X-CPA-Proxy-Secret: ${secret}`,
  'X-Forwarded-User: vera',
  'X-Forwarded-Email: vera@example.test',
  'X-Forwarded-Preferred-Username: Vera',
  'X-Forwarded-Groups: cpa-viewers',
  'X-Forwarded-For: 203.0.113.7',
  'Sec-Fetch-Site: same-origin',
];
/** The same for an admin: what the attacker would like to say. */
export const admin = [
  `X-CPA-Proxy-Secret: ${secret}`,
  'X-Forwarded-User: adam',
  'X-Forwarded-Email: adam@example.test',
  'X-Forwarded-Groups: cpa-admins',
  'Sec-Fetch-Site: same-origin',
];
const unsigned = admin.slice(1);

export type Attack = {
  name: string;
  /** stranger: not the proxy's address; vera: signed in, behind the proxy; neighbour: a program on
   *  the proxy's host that does not know the secret; automation: the other listener. */
  by: 'stranger' | 'vera' | 'neighbour' | 'automation';
  bytes: string;
};

const plain = (...headers: string[]) => request(target, headers);
/** Signed in as vera, with something that the proxy passes on unseen. */
const behind = (name: string, ...more: string[]): Attack => ({
  name,
  by: 'vera',
  bytes: plain(...vera, ...more),
});

/** A request with another one hidden in its body, as vera sends it through the proxy. */
const smuggled = (name: string, framing: string[], body: string): Attack => ({
  name: `smuggled: ${name}`,
  by: 'vera',
  bytes: [
    `POST /api/policies/diff HTTP/1.1`,
    'Host: cpa.example.test',
    ...vera,
    'Content-Type: application/json',
    ...framing,
    '',
    body,
  ].join('\r\n'),
});
const hidden = request(target, unsigned);
const chunked = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

export const attacks: Attack[] = [
  // Not the proxy.
  { name: 'all headers of the proxy, and its secret', by: 'stranger', bytes: plain(...admin) },
  ...[
    'X-Forwarded-For: 127.0.0.1',
    'Forwarded: for=127.0.0.1',
    'X-Real-IP: 127.0.0.1',
    'X-Forwarded-For: 127.0.0.1, 127.0.0.1',
    'Via: 1.1 127.0.0.1',
  ].map((claim): Attack => ({
    name: `says it comes from the proxy: ${claim}`,
    by: 'stranger',
    bytes: plain(...admin, claim),
  })),
  { name: 'every header twice', by: 'stranger', bytes: plain(...admin, ...admin) },
  {
    name: 'HTTP/1.0',
    by: 'stranger',
    bytes: [`${target} HTTP/1.0`, ...admin, '', ''].join('\r\n'),
  },
  {
    name: 'an absolute target',
    by: 'stranger',
    bytes: request(`DELETE http://127.0.0.1${path}`, admin),
  },
  {
    name: 'the PROXY protocol',
    by: 'stranger',
    bytes: `PROXY TCP4 127.0.0.1 127.0.0.1 1 80\r\n${plain(...admin)}`,
  },
  { name: 'bare line feeds', by: 'stranger', bytes: plain(...admin).replaceAll('\r\n', '\n') },
  // The names of the worker's parameters.
  ...['CPA_AUTH_USER', 'CPA-Auth-User', 'HTTP_CPA_AUTH_USER', 'cpa.auth.user'].map(
    (name): Attack => {
      const like = (what: string, value: string) =>
        `${name.replace(/auth.user/i, (old) => (old === old.toUpperCase() ? what : what.toLowerCase()))}: ${value}`;
      return {
        name: `a header named like a parameter: ${name}`,
        by: 'stranger',
        bytes: plain(
          ...[
            ...admin,
            like('AUTH_USER', 'adam'),
            like('AUTH_GROUPS', 'cpa-admins'),
            like('PEER_TRUSTED', '1'),
          ],
          ...[like('PROXY_SECRET', secret), like('LISTENER', 'portal')],
        ),
      };
    },
  ),
  // On the proxy's address, without its secret.
  { name: 'no secret', by: 'neighbour', bytes: plain(...unsigned) },
  ...Object.entries({
    'a guess': 'guess',
    'all but its end': secret.slice(0, -1),
    'one letter more': `${secret}0`,
    'both together': secrets.join(''),
    'both in one header': secrets.join(', '),
    'in upper case': secret.toUpperCase(),
    encoded: `%${secret.charCodeAt(0).toString(16)}${secret.slice(1)}`,
    'a pattern': '*',
  }).map(([name, forged]): Attack => ({
    name: `a forged secret: ${name}`,
    by: 'neighbour',
    bytes: plain(...unsigned, `X-CPA-Proxy-Secret: ${forged}`),
  })),
  { name: 'an empty secret', by: 'neighbour', bytes: plain(...unsigned, 'X-CPA-Proxy-Secret:') },
  {
    name: 'the secret with underscores in its name',
    by: 'neighbour',
    bytes: plain(...unsigned, `X_CPA_Proxy_Secret: ${secret}`),
  },
  {
    name: 'the secret in the query',
    by: 'neighbour',
    bytes: request(`${target}?X-CPA-Proxy-Secret=${secret}`, unsigned),
  },
  {
    name: 'the secret in a cookie',
    by: 'neighbour',
    bytes: plain(...unsigned, `Cookie: X-CPA-Proxy-Secret=${secret}`),
  },
  // Signed in as somebody who may less.
  behind('underscores', 'X_Forwarded_Groups: cpa-admins', 'X_Forwarded_User: adam'),
  behind('one underscore', 'X-Forwarded_Groups: cpa-admins'),
  behind('dots', 'X.Forwarded.Groups: cpa-admins', 'X-Forwarded.Groups: cpa-admins'),
  behind(
    'another preset',
    'Remote-User: adam',
    'Remote-Groups: cpa-admins',
    'X-Auth-Request-Groups: cpa-admins',
    'X-authentik-groups: cpa-admins',
  ),
  behind(
    'an encoded name',
    'X%2DForwarded%2DGroups: cpa-admins',
    '=?utf-8?q?X-Forwarded-Groups?=: cpa-admins',
  ),
  behind('a space before the colon', 'X-Forwarded-Groups : cpa-admins'),
  behind('a tab before the colon', 'X-Forwarded-Groups\t: cpa-admins'),
  behind('a folded line', 'X-Anything: a', ' X-Forwarded-Groups: cpa-admins'),
  behind('a value with a NUL', 'X-Anything: a\0\r\nX-Forwarded-Group\0s: cpa-admins'),
  behind('a carriage return alone', 'X-Anything: a\rX-Forwarded-Groups: cpa-admins'),
  behind(
    'the proxy asked to drop headers',
    'Connection: X-Forwarded-Groups, X-CPA-Proxy-Secret, X-Forwarded-User',
  ),
  behind(
    'the method in a header',
    'X-HTTP-Method-Override: DELETE',
    `X-Original-URL: ${path}`,
    `X-Rewrite-URL: ${path}`,
  ),
  behind(
    'a token that is none',
    'Authorization: Bearer cpa_s_00000000_0',
    'Authorization: Basic YWRhbTo=',
  ),
  {
    name: 'upper case',
    by: 'vera',
    bytes: plain(...vera.map((line) => line.replace(/^[^:]+/, (name) => name.toUpperCase()))),
  },
  {
    name: 'an absolute target with a user',
    by: 'vera',
    bytes: request(`DELETE http://adam@cpa.example.test${path}`, vera),
  },
  { name: 'an encoded path', by: 'vera', bytes: request(target.replace('api', '%61pi'), vera) },
  {
    name: 'a path that climbs',
    by: 'vera',
    bytes: request(target.replace('/api', '/api/session/..'), vera),
  },
  {
    name: 'in a trailer',
    by: 'vera',
    bytes: request(
      target,
      [...vera, 'Transfer-Encoding: chunked', 'Trailer: X-Forwarded-Groups'],
      '0\r\nX-Forwarded-Groups: cpa-admins\r\n\r\n',
    ),
  },
  // One more request than the proxy sees.
  smuggled(
    'both framings',
    [`Content-Length: ${chunked('{}').length + hidden.length}`, 'Transfer-Encoding: chunked'],
    chunked('{}') + hidden,
  ),
  smuggled(
    'both framings, the shorter length',
    ['Content-Length: 4', 'Transfer-Encoding: chunked'],
    chunked(hidden),
  ),
  ...[
    'xchunked',
    'chunked, identity',
    'identity',
    'chunked\r\nTransfer-Encoding: identity',
    '\tchunked',
    'chunKed\r\nTransfer-Encoding: x',
    ' chunked\x0b',
  ].map((encoding) =>
    smuggled(
      `Transfer-Encoding:${encoding.replace(/[^\x20-~]+/g, ' ')}`,
      [`Transfer-Encoding: ${encoding}`],
      chunked('{}') + hidden,
    ),
  ),
  smuggled(
    'a space before the colon',
    ['Transfer-Encoding : chunked', 'Content-Length: 2'],
    `{}${hidden}`,
  ),
  smuggled(
    'two lengths',
    ['Content-Length: 2', `Content-Length: ${2 + hidden.length}`],
    `{}${hidden}`,
  ),
  smuggled('a length with a sign', ['Content-Length: +2'], `{}${hidden}`),
  smuggled('a length of two numbers', [`Content-Length: 2, ${2 + hidden.length}`], `{}${hidden}`),
  smuggled(
    'a chunk size that is negative',
    ['Transfer-Encoding: chunked'],
    `-2\r\n{}\r\n0\r\n\r\n${hidden}`,
  ),
  smuggled(
    'a line feed in a chunk extension',
    ['Transfer-Encoding: chunked'],
    `2;a\n{}\r\n0\r\n\r\n${hidden}`,
  ),
  smuggled(
    'a chunk size that overflows',
    ['Transfer-Encoding: chunked'],
    `10000000000000002\r\n{}\r\n0\r\n\r\n${hidden}`,
  ),
  smuggled('after the end of the first', ['Content-Length: 2'], `{}${hidden}`),
  // The listener for automation knows no proxy.
  { name: 'all headers of the proxy, and its secret', by: 'automation', bytes: plain(...admin) },
  {
    name: 'HTTP/1.0',
    by: 'automation',
    bytes: [`${target} HTTP/1.0`, ...admin, '', ''].join('\r\n'),
  },
  {
    name: 'the name of the portal as host',
    by: 'automation',
    bytes: plain(...admin).replace('Host: cpa.example.test', 'Host: portal'),
  },
  {
    name: 'the portal in an absolute target',
    by: 'automation',
    bytes: request(`DELETE http://portal${path}`, admin),
  },
  {
    name: 'headers named like parameters',
    by: 'automation',
    bytes: plain(...admin, 'CPA-Listener: portal', 'CPA_LISTENER: portal', 'CPA-Peer-Trusted: 1'),
  },
];
