/** What the server says about a failure (RFC 9457), as one error type for the whole page. */
export interface Problem {
  status: number;
  title: string;
  detail?: string;
  code?: string;
  request_id?: string;
  field?: string;
  line?: number;
  column?: number;
}

export class ApiError extends Error {
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly field: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The whole body, for the few answers that carry more, such as a conflict. */
  readonly body: unknown;

  constructor(problem: Problem, body?: unknown) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.code = problem.code;
    this.requestId = problem.request_id;
    this.field = problem.field;
    this.line = problem.line;
    this.column = problem.column;
    this.body = body;
  }
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const count = (value: unknown) => (typeof value === 'number' ? value : undefined);

const TITLES: Record<number, string> = {
  400: 'The request was not understood',
  403: 'You are not allowed to do this',
  404: 'Not found',
  409: 'This conflicts with something that already exists',
  412: 'Somebody else changed this in the meantime',
  413: 'This is too large',
  422: 'The content has errors',
  429: 'Too many requests',
  500: 'The server failed',
  502: 'The server is not reachable',
  503: 'The server is busy',
  504: 'The server took too long',
};

/** What to do about a failure that came without words, such as one of a proxy in between. */
const NEXT_STEPS: Record<number, string> = {
  413: 'Divide it into smaller parts.',
  429: 'Wait a few seconds, then try again.',
  502: 'It may be starting again: try again in a few seconds.',
  503: 'It may be starting again, or many people use it: try again in a few seconds.',
  504: 'Try again, or ask for less: a shorter time or a narrower filter.',
};

/** Reads a problem+json body; any other body still gives an error that says something. */
export function problemFrom(status: number, body: unknown, requestId?: string | null): ApiError {
  const source = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return new ApiError(
    {
      status,
      title: text(source.title) ?? TITLES[status] ?? `The server answered with status ${status}`,
      detail: text(source.detail) ?? (text(source.title) ? undefined : NEXT_STEPS[status]),
      code: text(source.code),
      request_id: text(source.request_id) ?? text(requestId),
      field: text(source.field),
      line: count(source.line),
      column: count(source.column),
    },
    body,
  );
}

export const sessionExpired = () =>
  new ApiError({
    status: 401,
    code: 'session_expired',
    title: 'Your session has ended',
    detail: 'Sign in again. What you typed stays on this page until you do.',
  });

export const unreachable = (cause: unknown) =>
  new ApiError({
    status: 0,
    code: 'unreachable',
    title: 'The server cannot be reached',
    detail:
      cause instanceof Error && cause.message !== 'Failed to fetch'
        ? cause.message
        : 'Check your connection and try again.',
  });

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({
    status: 0,
    code: 'page_error',
    title: 'This page failed',
    detail: error instanceof Error ? error.message : String(error),
  });
}
