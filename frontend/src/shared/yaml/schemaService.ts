import { type Schema, Validator } from '@cfworker/json-schema';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml';
import type { Finding } from './findings';
import ccnp from './schemas/ccnp.json';
import cnp from './schemas/cnp.json';

export interface SchemaNode {
  type?: string | string[];
  enum?: (string | number)[];
  required?: string[];
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  additionalProperties?: SchemaNode;
}

const SCHEMAS: Record<string, unknown> = {
  CiliumNetworkPolicy: cnp,
  CiliumClusterwideNetworkPolicy: ccnp,
};

/** The schema for a kind; the namespaced policy's where the kind is not written yet. */
export const schemaFor = (kind: string | undefined) =>
  (kind === undefined ? cnp : SCHEMAS[kind]) as SchemaNode | undefined;

/** Follows keys and list positions into a schema. */
export function schemaAt(root: SchemaNode, path: (string | number)[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const step of path) {
    if (node === undefined) return undefined;
    node =
      typeof step === 'number'
        ? node.items
        : (node.properties?.[step] ?? node.additionalProperties);
  }
  return node;
}

// One text of the editor at most: beyond it only the server checks.
const LARGEST_TEXT = 400_000;

/**
 * What can be said about a policy text without the server: YAML syntax, the CRD's schema and fields
 * that the schema does not know. The server checks much more and has the last word.
 */
export function checkYaml(text: string): Finding[] {
  if (text.length > LARGEST_TEXT) return [];
  const lines = new LineCounter();
  const findings: Finding[] = [];
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true });
  if (!Array.isArray(documents)) return [];
  for (const document of documents) {
    for (const error of document.errors) {
      findings.push({
        ...place(lines, error.pos[0]),
        severity: 'error',
        message: firstLine(error.message),
      });
    }
    if (document.errors.length === 0) findings.push(...checkDocument(document, lines));
  }
  return findings;
}

function checkDocument(document: Document, lines: LineCounter): Finding[] {
  const root = document.contents as Node | null;
  if (!isMap(root)) {
    if (root === null) return [];
    return [
      {
        ...at(root, lines),
        severity: 'error',
        message: 'A policy is a mapping with apiVersion, kind, metadata and spec.',
      },
    ];
  }
  const kind = root.get('kind');
  if (typeof kind !== 'string') {
    return [
      {
        ...at(root, lines),
        severity: 'error',
        message: 'The kind is missing: CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy.',
      },
    ];
  }
  const schema = schemaFor(kind);
  if (schema === undefined) return [];
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return [{ ...at(root, lines), severity: 'error', message: 'Too many aliases.' }];
  }
  const findings: Finding[] = [];
  collectUnknown(root, schema, lines, findings);
  const result = new Validator(schema as Schema, '7', false).validate(value);
  for (const error of mostTelling(result.errors)) {
    const path = pointer(error.instanceLocation);
    const node = nodeAt(document, path);
    findings.push({
      ...at(node ?? root, lines),
      severity: 'error',
      message: sentence(error, path),
      path: path.join('.'),
    });
  }
  return findings;
}

interface SchemaError {
  keyword: string;
  instanceLocation: string;
  error: string;
}

/** The validator also reports each parent of a bad value: only the deepest reports are kept. */
function mostTelling(errors: SchemaError[]): SchemaError[] {
  const wrappers = new Set([
    'properties',
    'items',
    'additionalProperties',
    'allOf',
    '$ref',
    'false',
  ]);
  const alternatives = errors.filter((error) => /^(any|one)Of$/.test(error.keyword));
  const inAlternative = (error: SchemaError) =>
    error.keyword === 'required' &&
    alternatives.some((other) => other.instanceLocation === error.instanceLocation);
  const seen = new Set<string>();
  return errors.filter((error) => {
    if (wrappers.has(error.keyword) || inAlternative(error)) return false;
    const key = `${error.instanceLocation} ${error.keyword}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const pointer = (location: string) =>
  location
    .replace(/^#\/?/, '')
    .split('/')
    .filter((step) => step !== '')
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));

function sentence(error: SchemaError, path: (string | number)[]): string {
  const name = path.findLast((step) => typeof step === 'string') ?? 'policy';
  switch (error.keyword) {
    case 'oneOf':
      return 'Give exactly one of endpointSelector and nodeSelector.';
    case 'anyOf':
      return 'At least one of ingress, ingressDeny, egress and egressDeny is needed.';
    case 'required':
      return error.error.replace(
        /^Instance does not have required property "(.+)"\.$/,
        `“${name}” needs the field “$1”.`,
      );
    case 'enum':
      return `“${name}”: ${error.error.replace(/^Instance does not match any of \[(.*)\]\.$/, 'allowed are $1.').replaceAll(',', ', ')}`;
    case 'type':
      return error.error.replace(
        /^Instance type "(.+)" is invalid\. Expected "(.+)"\.$/,
        `“${name}” is a $1 here, but must be a $2.`,
      );
    case 'pattern':
      return `“${name}” does not have the form that Cilium expects here.`;
    default:
      return `“${name}”: ${error.error}`;
  }
}

function collectUnknown(
  node: unknown,
  schema: SchemaNode,
  lines: LineCounter,
  findings: Finding[],
) {
  if (isSeq(node) && schema.items) {
    for (const item of node.items) collectUnknown(item, schema.items, lines, findings);
    return;
  }
  if (!isMap(node) || !(schema.properties || schema.additionalProperties)) return;
  for (const pair of node.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const known = schema.properties?.[key] ?? schema.additionalProperties;
    if (known) {
      collectUnknown(pair.value, known, lines, findings);
    } else if (isScalar(pair.key) && !SERVER_FIELDS.has(key)) {
      findings.push({
        ...at(pair.key, lines),
        severity: 'warning',
        message: `Cilium does not know the field “${key}” here and would ignore it.`,
        path: key,
      });
    }
  }
}

/** Written by the API server into what `kubectl get -o yaml` prints. */
const SERVER_FIELDS = new Set([
  'status',
  'creationTimestamp',
  'generation',
  'resourceVersion',
  'uid',
  'managedFields',
  'ownerReferences',
  'finalizers',
  'selfLink',
]);

function nodeAt(document: Document, path: (string | number)[]): Node | undefined {
  let node: unknown = document.contents;
  for (const step of path) {
    if (!isMap(node) && !isSeq(node)) break;
    const next: unknown = node.get(step, true);
    if (next === undefined || next === null) break;
    node = next;
  }
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node : undefined;
}

const at = (node: Node, lines: LineCounter) => place(lines, node.range?.[0] ?? 0);

function place(lines: LineCounter, offset: number) {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

const firstLine = (message: string) =>
  (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '.');
