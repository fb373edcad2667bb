// openapi.yaml as the judge: which operation an answer belongs to, and whether it keeps the contract.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';

type Media = { schema?: unknown; example?: unknown };
type Answer = { $ref?: string; content?: Record<string, Media> };
export type Operation = {
  operationId: string;
  summary: string;
  'x-role': string;
  'x-scope': string;
  responses: Record<string, Answer>;
};
type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Answer> };
};

const file = new URL('../../../backend/openapi.yaml', import.meta.url);
export const contract = parse(readFileSync(file, 'utf8')) as Document;

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(contract, 'contract');

const methods = ['get', 'post', 'put', 'delete'];

export type Place = { method: string; path: string; operation: Operation };

/** Every operation, in the order of the document. */
export const operations: Place[] = Object.entries(contract.paths).flatMap(([path, item]) =>
  methods
    .filter((method) => item[method])
    .map((method) => ({ method: method.toUpperCase(), path, operation: item[method]! })),
);

export function placeOf(operationId: string): Place {
  const place = operations.find(({ operation }) => operation.operationId === operationId);
  assert.ok(place, `openapi.yaml has no operation ${operationId}`);
  return place;
}

const escape = (part: string) =>
  encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

function validator(place: Place, status: number, type: string): ValidateFunction | undefined {
  let answer = place.operation.responses[String(status)];
  assert.ok(answer, `${place.operation.operationId} may not answer ${status}`);
  let pointer = `/paths/${escape(place.path)}/${place.method.toLowerCase()}/responses/${status}`;
  if (answer.$ref) {
    pointer = answer.$ref.slice(1);
    answer = contract.components.responses[answer.$ref.split('/').at(-1)!]!;
  }
  if (!answer.content) {
    return undefined;
  }
  const media = answer.content[type];
  assert.ok(media, `${place.operation.operationId} may not answer ${status} as "${type}"`);
  return media.schema
    ? ajv.getSchema(`contract#${pointer}/content/${escape(type)}/schema`)
    : undefined;
}

/** Fails unless the answer is one that the contract describes. */
export function checkAnswer(place: Place, status: number, type: string, body: unknown): void {
  const validate = validator(place, status, type);
  if (validate && !validate(body)) {
    const problems = ajv.errorsText(validate.errors, { dataVar: place.operation.operationId });
    assert.fail(`${problems}\n${JSON.stringify(body).slice(0, 2000)}`);
  }
}
