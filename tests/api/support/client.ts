// Calls operations of the real stack by their ids; every answer is checked against the contract.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { operations } from '../../../frontend/src/api/schema.d.ts';
import { checkAnswer, placeOf } from './contract.ts';

export const base =
  process.env['STACK_URL'] ?? assert.fail('STACK_URL is not set: run tests/run api');

type Json<R> = R extends { content: { 'application/json': infer T } } ? T : never;
/** The body of an operation's good answer. */
export type Body<Op extends keyof operations> = {
  [S in keyof operations[Op]['responses']]: S extends 200 | 201
    ? Json<operations[Op]['responses'][S]>
    : never;
}[keyof operations[Op]['responses']];

export type Problem = {
  status: number;
  code: string;
  detail: string;
  request_id: string;
  field?: string;
  line?: number;
  column?: number;
  errors?: { line: number; field: string; code: string; detail: string }[];
  current?: Body<'getPolicy'>;
};

type Value = string | number | boolean;
export type Options = {
  path?: Record<string, string | number>;
  query?: Record<string, Value | Value[]>;
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
};

export type Reply = { status: number; headers: Headers; text: string; json: unknown };

/** Sends the request and checks the answer, whatever its status. */
export async function send(operationId: keyof operations, options: Options = {}): Promise<Reply> {
  const place = placeOf(operationId);
  const url = new URL(
    place.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(options.path?.[name] ?? ''),
    ),
    base,
  );
  for (const [name, value] of Object.entries(options.query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      url.searchParams.append(name, String(one));
    }
  }
  const sent = options.json === undefined ? options.body : JSON.stringify(options.json);
  const response = await fetch(url, {
    method: place.method,
    headers: {
      ...(options.json === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...options.headers,
    },
    ...(sent === undefined ? {} : { body: sent, duplex: 'half' }),
  } as RequestInit);
  const text = await response.text();
  const type = (response.headers.get('Content-Type') ?? '').split(';')[0]!;
  const json: unknown = /[/+]json$/.test(type) ? JSON.parse(text) : undefined;
  checkAnswer(place, response.status, type, json ?? text);
  assert.match(response.headers.get('X-Request-Id') ?? '', /^[\w.-]{8,64}$/);
  return { status: response.status, headers: response.headers, text, json };
}

/** As send; the answer must be a good one, and its body is returned. */
export async function call<Op extends keyof operations>(
  operationId: Op,
  options?: Options,
): Promise<Body<Op>> {
  const reply = await send(operationId, options);
  assert.ok(reply.status < 300, `${operationId}: ${reply.status} ${reply.text.slice(0, 1000)}`);
  return reply.json as Body<Op>;
}

/** As send; the answer must be a problem with this status. */
export async function refused(
  operationId: keyof operations,
  status: number,
  options?: Options,
): Promise<Problem> {
  const reply = await send(operationId, options);
  assert.equal(reply.status, status, reply.text.slice(0, 1000));
  return reply.json as Problem;
}

/** What a statement prints, unaligned: the database of the stack, as its owner. */
export function sql(text: string): string {
  return execFileSync('psql', ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', text], {
    encoding: 'utf8',
  }).trim();
}

/** Forgets all flows and what is known from them. */
export async function forgetFlows(): Promise<void> {
  await call('deleteFlows', { query: { all: true } });
}
