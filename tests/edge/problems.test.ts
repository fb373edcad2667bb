// What nginx refuses itself has the shape of the workers' own errors.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type Echo, startEcho } from './support/echo.ts';
import { type Answer, exchange, header, request } from './support/raw.ts';

let echo: Echo;
before(async () => {
  echo = await startEcho({
    CPA_PROXY_PRESET: 'authelia',
    CPA_TRUSTED_PROXIES: '127.0.0.1',
    CPA_RATE_PER_S: '2',
    CPA_IMPORTS_AT_ONCE: '2',
  });
});

function checkProblem(answer: Answer | undefined, status: number, code: string): void {
  assert.ok(answer, 'no answer');
  assert.equal(answer.status, status, answer.body);
  assert.equal(header(answer, 'content-type')?.split(';')[0], 'application/problem+json');
  assert.equal(header(answer, 'cache-control'), 'no-store');
  assert.equal(header(answer, 'x-content-type-options'), 'nosniff');
  const problem = JSON.parse(answer.body) as Record<string, unknown>;
  assert.deepEqual(Object.keys(problem).sort(), [
    'code',
    'detail',
    'request_id',
    'status',
    'title',
    'type',
  ]);
  assert.equal(problem['status'], status);
  assert.equal(problem['code'], code);
  assert.match(String(problem['request_id']), /^[\w.-]{8,64}$/);
  assert.equal(problem['request_id'], header(answer, 'x-request-id'));
}

const long = 'x'.repeat(9000);
const cases: [string, string, number, string][] = [
  ['a line that is no request', 'nonsense\r\n\r\n', 400, 'invalid'],
  ['no host', 'GET /api/session HTTP/1.1\r\n\r\n', 400, 'invalid'],
  ['two hosts', request('GET /api/session', ['Host: other']), 400, 'invalid'],
  ['a header with a NUL', request('GET /api/session', ['X-A: a\0b']), 400, 'invalid'],
  ['a length that is none', request('POST /api/flows', ['Content-Length: x']), 400, 'invalid'],
  ['a path that is not encoded', request('GET /api/%zz'), 400, 'invalid'],
  ['the method TRACE', request('TRACE /api/session'), 405, 'method_not_allowed'],
  [
    'a body of more than 64 MiB',
    request('POST /api/flows', ['Content-Length: 67108865']),
    413,
    'too_large',
  ],
  ['a long address', request(`GET /api/${long}`), 414, 'too_large'],
  ['a long header', request('GET /api/session', [`X-A: ${long}`]), 431, 'too_large'],
  [
    'an unknown transfer encoding',
    request('POST /api/flows', ['Transfer-Encoding: gzip']),
    501,
    'unsupported',
  ],
  ['HTTP/3.0', 'GET /api/session HTTP/3.0\r\n\r\n', 505, 'unsupported'],
];

for (const [what, bytes, status, code] of cases) {
  test(`${what} is a problem, on both listeners`, async () => {
    for (const port of [echo.portal, echo.automation]) {
      const [answer] = await exchange({ port }, bytes);
      checkProblem(answer, status, code);
    }
  });
}

test('the listener for automation has the API and nothing else', async () => {
  for (const path of ['/', '/index.html', '/policies', '/assets/a.js', '/apis', '/metrics']) {
    const [answer] = await exchange({ port: echo.automation }, request(`GET ${path}`));
    checkProblem(answer, 404, 'not_found');
  }
  for (const path of ['/api/session', '/livez', '/readyz']) {
    const [answer] = await exchange({ port: echo.automation }, request(`GET ${path}`));
    assert.equal(answer?.status, 200, path);
  }
});

test('an answer to HEAD has no body', async () => {
  const [answer] = await exchange({ port: echo.automation }, request('HEAD /nothing'));
  assert.equal(answer?.status, 404);
  assert.equal(answer?.body, '');
});

test('who asks too often is told to wait, by address and by token', async () => {
  const ask = (...headers: string[]) =>
    exchange({ port: echo.portal }, request('GET /api/flows', headers));
  const statuses = async (...headers: string[]) => {
    const answers = (await Promise.all(Array.from({ length: 20 }, () => ask(...headers)))).flat();
    for (const answer of answers.filter(({ status }) => status === 429)) {
      checkProblem(answer, 429, 'too_many_requests');
      assert.equal(header(answer, 'retry-after'), '1');
    }
    return answers.map(({ status }) => status);
  };
  // 2 a second, 8 more at once: one more may come while the test runs.
  const served = (all: number[]) => all.filter((status) => status === 200).length;
  const address = await statuses('X-Forwarded-For: 203.0.113.9');
  assert.ok(served(address) >= 9 && served(address) <= 12, String(address));
  assert.equal(served(address) + address.filter((status) => status === 429).length, 20);
  const token = await statuses(`Authorization: Bearer cpa_s_abcdefgh_${'1'.repeat(43)}_123456`);
  assert.ok(served(token) >= 9 && served(token) <= 12, String(token));
  // Another address, another token, and whoever looks after the machine are not hurt.
  assert.equal((await ask('X-Forwarded-For: 203.0.113.10'))[0]?.status, 200);
  assert.equal(
    (await ask(`Authorization: Bearer cpa_s_zzzzzzzz_${'1'.repeat(43)}_123456`))[0]?.status,
    200,
  );
  assert.equal(served(await statuses()), 20);
  for (const path of ['/livez', '/readyz']) {
    const probe = request(`GET ${path}`, ['X-Forwarded-For: 203.0.113.9']);
    assert.equal((await exchange({ port: echo.portal }, probe))[0]?.status, 200);
  }
});

test('one address runs so many imports at a time and no more', async () => {
  const begin = request('POST /api/flows/import', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n');
  const open = [0, 1].map(() => exchange({ port: echo.automation, quietMs: 1000 }, begin));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const [third] = await exchange({ port: echo.automation }, begin);
  checkProblem(third, 429, 'too_many_requests');
  assert.equal(header(third!, 'retry-after'), '1');
  const other = await exchange({ port: echo.automation, from: '127.0.0.2' }, `${begin}0\r\n\r\n`);
  assert.equal(other[0]?.status, 200);
  assert.deepEqual(await Promise.all(open), [[], []]);
  const [later] = await exchange({ port: echo.automation }, `${begin}0\r\n\r\n`);
  assert.equal(later?.status, 200);
});

test('without workers the answer is 503, and says when to try again', async () => {
  echo.stopWorkers();
  // an upload too, however large: shippers drop what gets a 4xx
  const large = request('POST /api/flows/import', ['Content-Length: 2000000'], 'x'.repeat(2000000));
  const [upload] = await exchange({ port: echo.automation }, large);
  checkProblem(upload, 503, 'unavailable');
  for (const path of ['/api/session', '/readyz']) {
    const [answer] = await exchange({ port: echo.portal }, request(`GET ${path}`));
    checkProblem(answer, 503, 'unavailable');
    assert.equal(header(answer!, 'retry-after'), '5');
  }
});
