import createClient from 'openapi-fetch';
import { ApiError, problemFrom, unreachable } from './problem';
import type { paths } from './schema';
import { sessionHolds, sessionState, signedInAgain } from './session';

/**
 * An SSO proxy answers an expired session with 401, with a redirect to its login page or with that
 * page itself. None of these is an answer of ours, which is always JSON, YAML or empty.
 */
export function isSignInAnswer(response: Response): boolean {
  if (response.status === 401 || response.type === 'opaqueredirect' || response.redirected) {
    return true;
  }
  return response.ok && (response.headers.get('content-type') ?? '').startsWith('text/html');
}

async function send(request: Request): Promise<Response> {
  try {
    return await fetch(request, { redirect: 'manual' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable(error);
  }
}

/** A call that finds the session over waits for the next sign-in and is sent again. */
async function apiFetch(request: Request): Promise<Response> {
  let response = await send(request.clone());
  while (isSignInAnswer(response)) {
    await signedInAgain(request.signal);
    response = await send(request.clone());
  }
  // While calls wait, only the dialog lets them go on: somebody else may have signed in meanwhile.
  // Who one is may be asked by everybody, so that answer says nothing.
  if (sessionState() === 'given_up' && !request.url.endsWith('/api/session')) sessionHolds();
  return response;
}

export const client = createClient<paths, 'application/json'>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  headers: { Accept: 'application/json, application/problem+json' },
  fetch: apiFetch,
  // Lists go as repeated keys: ?verdict=DROPPED&verdict=AUDIT.
  querySerializer: { array: { style: 'form', explode: true } },
});

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The answer's data, or an ApiError. */
export async function unwrap<Data>(pending: Promise<Answer<Data>>): Promise<Data> {
  return (await unwrapResponse(pending)).data;
}

/** As unwrap, for callers that also need a header of the answer, such as ETag. */
export async function unwrapResponse<Data>(
  pending: Promise<Answer<Data>>,
): Promise<{ data: Data; response: Response }> {
  let answer: Answer<Data>;
  try {
    answer = await pending;
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new ApiError({
        status: 0,
        code: 'bad_answer',
        title: 'The server sent an answer that cannot be read',
        detail: error.message,
      });
    }
    throw error;
  }
  if (!answer.response.ok) {
    throw problemFrom(
      answer.response.status,
      answer.error,
      answer.response.headers.get('x-request-id'),
    );
  }
  return { data: answer.data as Data, response: answer.response };
}
