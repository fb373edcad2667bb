import { afterEach, describe, expect, it, vi } from 'vitest';
import { isSignInAnswer, unwrap } from './client';
import { ApiError } from './problem';

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'x-request-id': 'r-7' },
  });

afterEach(() => vi.restoreAllMocks());

describe('unwrap', () => {
  it('gives the data of a good answer', async () => {
    const data = await unwrap(Promise.resolve({ data: { total: 3 }, response: json({}) }));
    expect(data).toEqual({ total: 3 });
  });

  it('throws the problem of a bad answer', async () => {
    const pending = unwrap(
      Promise.resolve({ error: { title: 'No', code: 'nope' }, response: json({}, 404) }),
    );
    await expect(pending).rejects.toMatchObject({ status: 404, code: 'nope', requestId: 'r-7' });
    await expect(pending).rejects.toBeInstanceOf(ApiError);
  });

  it('names an answer that is not JSON', async () => {
    await expect(unwrap(Promise.reject(new SyntaxError('Unexpected token')))).rejects.toMatchObject(
      { code: 'bad_answer' },
    );
  });
});

describe('isSignInAnswer', () => {
  it('knows the ways in which a proxy asks to sign in', () => {
    expect(isSignInAnswer(json({}, 401))).toBe(true);
    const page = new Response('<html></html>', { headers: { 'content-type': 'text/html' } });
    expect(isSignInAnswer(page)).toBe(true);
    expect(isSignInAnswer({ ...page, type: 'opaqueredirect', status: 0 } as Response)).toBe(true);
  });

  it('leaves our own answers alone', () => {
    expect(isSignInAnswer(json({}))).toBe(false);
    expect(isSignInAnswer(json({ title: 'No' }, 403))).toBe(false);
  });
});
