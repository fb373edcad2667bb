import { isNode, LineCounter, parseDocument } from 'yaml';

/** The line on which a part of a YAML document starts, or undefined. */
export function lineOfPath(text: string, path: (string | number)[]): number | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const node = document.getIn(path, true);
  if (!isNode(node) || !node.range) return undefined;
  return lines.linePos(node.range[0]).line;
}
