import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { client, unwrap } from './client';
import { giveUpSession, probeSession, sessionHolds, sessionState } from './session';

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
const login = () => new Response('<html>', { headers: { 'content-type': 'text/html' } });

let answers: (() => Response)[];
const sent: string[] = [];

beforeEach(() => {
  sent.length = 0;
  vi.stubGlobal('fetch', async (request: Request | string) => {
    if (typeof request !== 'string') sent.push(await request.text());
    return (answers.shift() ?? (() => json({})))();
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  sessionHolds();
});

const save = (signal?: AbortSignal) =>
  unwrap(
    client.POST('/api/policies', {
      body: { yaml_content: 'kept', change_summary: '' },
      ...(signal && { signal }),
    }),
  );
const until = (state: string) => vi.waitFor(() => expect(sessionState()).toBe(state));

it('waits for a new sign-in, then sends the same call again', async () => {
  answers = [login, () => json({ policy_id: '7' }, 201)];
  const pending = save();
  await until('over');
  sessionHolds();
  expect(await pending).toEqual({ policy_id: '7' });
  expect(sent).toHaveLength(2);
  expect(sent[0]).toContain('kept');
  expect(sent[1]).toBe(sent[0]);
  expect(sessionState()).toBe('good');
});

it('fails all that waits when it is given up, and later calls at once', async () => {
  answers = [() => json({}, 401), () => json({}, 401)];
  const pending = save();
  await until('over');
  giveUpSession();
  await expect(pending).rejects.toMatchObject({ status: 401, code: 'session_expired' });
  await expect(save()).rejects.toMatchObject({ code: 'session_expired' });
  answers = [() => json({})];
  await save();
  expect(sessionState()).toBe('good');
});

it('lets a call that waits be cancelled', async () => {
  answers = [login];
  const cancel = new AbortController();
  const pending = save(cancel.signal);
  await until('over');
  cancel.abort();
  await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
});

it('knows who is signed in, and that nobody is', async () => {
  answers = [() => json({ authentication: 'proxy', user: 'ann' })];
  expect((await probeSession())?.user).toBe('ann');
  answers = [() => json({ authentication: 'none', user: '' }), login, () => json({}, 401)];
  expect(await probeSession()).toBeUndefined();
  expect(await probeSession()).toBeUndefined();
  expect(await probeSession()).toBeUndefined();
});
