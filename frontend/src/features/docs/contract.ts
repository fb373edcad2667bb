/** The parts of an OpenAPI document that the page shows, and how they are read. */
interface Reference {
  $ref?: string;
}

export interface Schema extends Reference {
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  additionalProperties?: boolean | Schema;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  default?: unknown;
  format?: string;
}

interface Parameter extends Reference {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

interface Content {
  schema?: Schema;
  example?: unknown;
}

interface Response extends Reference {
  description: string;
  content?: Record<string, Content>;
}

interface RawOperation {
  operationId: string;
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, Response>;
  servers?: { url: string }[];
  'x-role'?: string;
  'x-scope'?: string;
  'x-query'?: string;
}

export interface Contract {
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, unknown>>;
  components: Record<string, Record<string, unknown>>;
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  description: string;
  role: string;
  scopes: string[]; // that a token needs; none = no token may
  server: string | undefined; // when it is not the portal's own address
  query: string; // an example, for an operation that does nothing without one
  parameters: Parameter[];
  body: { types: string[]; schema?: Schema; example?: unknown } | undefined;
  responses: { status: string; description: string; example: unknown; type: string | undefined }[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

export function resolve<Value extends Reference>(contract: Contract, value: Value): Value {
  if (!value.$ref) return value;
  const [kind = '', name = ''] = value.$ref.replace('#/components/', '').split('/');
  return (contract.components[kind]?.[name] ?? value) as Value;
}

export function operations(contract: Contract): Operation[] {
  return Object.entries(contract.paths).flatMap(([path, item]) => {
    const shared = (item.parameters ?? []) as Parameter[];
    return METHODS.filter((method) => method in item).map((method) =>
      operation(contract, path, method, item[method] as RawOperation, shared),
    );
  });
}

function operation(
  contract: Contract,
  path: string,
  method: string,
  raw: RawOperation,
  shared: Parameter[],
): Operation {
  const body = Object.entries(raw.requestBody?.content ?? {});
  const main = body.find(([, content]) => content.example !== undefined) ?? body[0];
  return {
    id: raw.operationId,
    method: method.toUpperCase(),
    path,
    tag: raw.tags?.[0] ?? 'Other',
    summary: raw.summary ?? raw.operationId,
    description: raw.description ?? '',
    role: raw['x-role'] ?? 'none',
    scopes: (raw['x-scope'] ?? 'none').split(' ').filter((scope) => scope !== 'none'),
    server: raw.servers?.[0]?.url,
    query: raw['x-query'] ?? '',
    parameters: [...shared, ...(raw.parameters ?? [])].map((item) => resolve(contract, item)),
    body: main && {
      types: [main[0], ...body.map(([type]) => type).filter((type) => type !== main[0])],
      schema: main[1].schema,
      example: main[1].example,
    },
    responses: Object.entries(raw.responses).map(([status, value]) => {
      const response = resolve(contract, value);
      const [type, content] = Object.entries(response.content ?? {})[0] ?? [];
      return { status, description: response.description, example: content?.example, type };
    }),
  };
}

/** "string", "array of Flow", "A | B": a schema in a few words. */
export function typeText(schema: Schema | undefined): string {
  if (!schema) return 'any';
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? 'any';
  const alternatives = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (alternatives) {
    return alternatives.map(typeText).join(schema.allOf ? ' & ' : ' | ');
  }
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.items) return `list of ${typeText(schema.items)}`;
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'any');
  return schema.format ? `${type} (${schema.format})` : type;
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * A line for the shell. What only the reader knows is a variable: CPA_TOKEN, and the ids in the path. An
 * edit names whatever version is current; a careful one sends the ETag it has read.
 */
export function curl(operation: Operation, origin: string): string {
  const { method, path, parameters, scopes, body, query } = operation;
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `$${name.toUpperCase()}`);
  const host = operation.server ?? origin;
  const url = `"${host}${address}${query === '' ? '' : `?${query}`}"`;
  const lines = [`curl -sS ${method === 'GET' ? '' : `-X ${method} `}${url}`];
  if (scopes.length > 0) lines.push('  -H "Authorization: Bearer $CPA_TOKEN"');
  if (parameters.some(({ name, required }) => required && name === 'If-Match')) {
    lines.push("  -H 'If-Match: *'");
  }
  if (body) {
    lines.push(`  -H ${quote(`Content-Type: ${body.types[0]}`)}`);
    if (body.example === undefined || path.endsWith('/import')) {
      lines.push('  --data-binary @flows.jsonl');
    } else lines.push(`  -d ${quote(JSON.stringify(body.example))}`);
  }
  return lines.join(' \\\n');
}
