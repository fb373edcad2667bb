import { describe, expect, it } from 'vitest';
import { problemFrom, toApiError } from './problem';

describe('problemFrom', () => {
  it('keeps what problem+json says', () => {
    const error = problemFrom(422, {
      title: 'YAML cannot be read',
      detail: 'line 3, column 7: unexpected end',
      code: 'bad_yaml',
      request_id: 'abc',
      line: 3,
      column: 7,
    });
    expect(error).toMatchObject({
      status: 422,
      title: 'YAML cannot be read',
      code: 'bad_yaml',
      requestId: 'abc',
      line: 3,
      column: 7,
    });
    expect(error.message).toBe('line 3, column 7: unexpected end');
  });

  it('says something without a body and takes the request id of the header', () => {
    expect(problemFrom(503, undefined, 'r1')).toMatchObject({
      title: 'The server is busy',
      detail: expect.stringContaining('try again'),
      requestId: 'r1',
    });
    expect(problemFrom(503, { title: 'Busy' }).detail).toBeUndefined();
    expect(problemFrom(418, '<html>').title).toContain('418');
  });
});

describe('toApiError', () => {
  it('wraps any failure', () => {
    expect(toApiError(new Error('boom'))).toMatchObject({ detail: 'boom' });
  });
});
