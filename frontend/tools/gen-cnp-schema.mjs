// Turns Cilium's custom resource definitions into the two files that the editor uses: the schema
// without descriptions (a few kilobytes), and the descriptions by path, loaded for hover help only.
//
//   node tools/gen-cnp-schema.mjs FOLDER_WITH_THE_CRDS
//
// The result is committed, so that a build needs no CRDs; run it again for a new Cilium version.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

const KEPT = [
  'type',
  'enum',
  'required',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
];

/** Harmless in Go, but exponential in a backtracking engine: the same languages without that. */
const LINEAR = {
  '^([-a-zA-Z0-9_]+[.]?)+$': '^(?![.])(?!.*[.][.])[-a-zA-Z0-9_.]+$',
  '^([-a-zA-Z0-9_*]+[.]?)+$': '^(?![.])(?!.*[.][.])[-a-zA-Z0-9_*.]+$',
};

/** CRD patterns are Go's regular expressions; those that JavaScript reads otherwise are dropped. */
function usablePattern(pattern) {
  if (LINEAR[pattern]) return LINEAR[pattern];
  if (/\\[PpAzCQE]|\[\[:/.test(pattern)) return undefined;
  try {
    new RegExp(pattern, 'u');
    return pattern;
  } catch {
    return undefined;
  }
}

export function strip(schema) {
  const result = {};
  for (const key of KEPT) {
    if (schema[key] !== undefined) result[key] = schema[key];
  }
  if (schema['x-kubernetes-int-or-string']) result.type = ['integer', 'string'];
  const pattern = schema.pattern && usablePattern(schema.pattern);
  if (pattern) result.pattern = pattern;
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    if (schema[key] && !schema['x-kubernetes-int-or-string']) result[key] = schema[key].map(strip);
  }
  if (schema.not) result.not = strip(schema.not);
  if (schema.items) result.items = strip(schema.items);
  if (schema.properties) {
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, value]) => [name, strip(value)]),
    );
  }
  if (typeof schema.additionalProperties === 'object') {
    result.additionalProperties = strip(schema.additionalProperties);
  }
  return result;
}

/** "egress.toPorts" -> the first paragraphs of its description. */
export function describe(schema, path = '', found = {}) {
  if (schema.description && path) {
    const text = schema.description.replaceAll(/[ \t]*\n[ \t]*(?=\S)/g, ' ').trim();
    found[path] = text.length > 400 ? `${text.slice(0, 397)}…` : text;
  }
  if (schema.items) describe(schema.items, path, found);
  for (const [name, value] of Object.entries(schema.properties ?? {})) {
    describe(value, path ? `${path}.${name}` : name, found);
  }
  return found;
}

async function readSchema(folder, file) {
  const crd = parse(await readFile(join(folder, file), 'utf8'));
  return crd.spec.versions.find((version) => version.name === 'v2').schema.openAPIV3Schema;
}

/** The object's own members, which a CRD leaves to the API server. */
function whole(stripped, kind, namespaced) {
  const text = { type: 'string' };
  const texts = { type: 'object', additionalProperties: text };
  return {
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata'],
    properties: {
      apiVersion: { enum: ['cilium.io/v2'] },
      kind: { enum: [kind] },
      metadata: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 253 },
          ...(namespaced ? { namespace: text } : {}),
          labels: texts,
          annotations: texts,
        },
      },
      spec: stripped.properties.spec,
      specs: stripped.properties.specs,
    },
  };
}

if (process.argv[1] === import.meta.filename) {
  const folder = process.argv[2];
  if (!folder) throw new Error('usage: gen-cnp-schema.mjs FOLDER_WITH_THE_CRDS');
  const target = new URL('../src/shared/yaml/schemas/', import.meta.url);
  const save = (name, value) => writeFile(new URL(name, target), `${JSON.stringify(value)}\n`);
  const namespaced = await readSchema(folder, 'ciliumnetworkpolicies.yaml');
  const clusterwide = await readSchema(folder, 'ciliumclusterwidenetworkpolicies.yaml');
  await save('cnp.json', whole(strip(namespaced), 'CiliumNetworkPolicy', true));
  await save('ccnp.json', whole(strip(clusterwide), 'CiliumClusterwideNetworkPolicy', false));
  await save('descriptions.json', describe(namespaced.properties.spec));
}
