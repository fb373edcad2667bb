import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { pathAt } from './cursorPath';
import { type SchemaNode, schemaAt, schemaFor } from './schemaService';

const types = (node: SchemaNode) => (Array.isArray(node.type) ? node.type : [node.type ?? '']);

/** Where the next line of a key's value starts: a list item, a mapping, or the same line. */
function afterKey(node: SchemaNode, indent: string): string {
  if (types(node).includes('array')) return `:\n${indent}  - `;
  if (types(node).includes('object')) return `:\n${indent}  `;
  return ': ';
}

function keyOptions(parent: SchemaNode, indent: string): Completion[] {
  return Object.entries(parent.properties ?? {}).map(([name, node]) => ({
    label: name,
    detail: types(node).join(' or '),
    type: 'property',
    boost: parent.required?.includes(name) ? 1 : 0,
    apply: name + afterKey(node, indent),
  }));
}

function valueOptions(node: SchemaNode | undefined): Completion[] {
  if (!node) return [];
  if (node.enum) return node.enum.map((value) => ({ label: String(value), type: 'enum' }));
  if (types(node).includes('boolean')) {
    return ['true', 'false'].map((label) => ({ label, type: 'keyword' }));
  }
  return [];
}

/** Completion of keys and of values with a fixed choice, from the CRD's schema. */
export function completePolicy(context: CompletionContext): CompletionResult | null {
  const text = context.state.doc.toString();
  const place = pathAt(text, context.pos);
  const kind = /^kind:\s*["']?(\w+)/m.exec(text)?.[1] ?? place.kind;
  const schema = schemaFor(kind);
  if (!schema) return null;
  const parent = schemaAt(schema, place.path);
  if (!parent) return null;

  if (place.key !== undefined) {
    const options = valueOptions(parent.properties?.[place.key] ?? parent.additionalProperties);
    return options.length > 0 ? { from: place.from, options, validFor: /^[\w.-]*$/ } : null;
  }
  if (!context.explicit && place.typed === '') return null;
  const scalars = valueOptions(parent);
  if (scalars.length > 0) return { from: place.from, options: scalars, validFor: /^[\w.-]*$/ };
  const line = context.state.doc.lineAt(context.pos);
  const indent = ' '.repeat(place.from - line.from);
  const options = keyOptions(parent, indent);
  return options.length > 0 ? { from: place.from, options, validFor: /^\w*$/ } : null;
}
