/** Where a position is inside a YAML text, told by indentation: works while a line is half typed. */
export interface CursorPath {
  /** Keys and list positions (always 0) of the mapping or list that the cursor's line belongs to. */
  path: (string | number)[];
  /** The key of the line when the cursor is in its value. */
  key: string | undefined;
  /** What is typed so far of the key or value. */
  typed: string;
  /** Offset in the text where the typed part starts. */
  from: number;
  kind: string | undefined;
}

/** A dash or a key: what further lines can be inside of. */
interface Opener {
  column: number;
  key: string | undefined;
}

const KEY = /^(?:"([^"]*)"|'([^']*)'|([^\s#"'][^:#]*?)):(?=\s|$)/;

/** The dashes and the key that a line starts with, and the column after them. */
function readLine(line: string): { openers: Opener[]; end: number } {
  const openers: Opener[] = [];
  let column = line.length - line.trimStart().length;
  for (;;) {
    const dash = /^-(\s+|$)/.exec(line.slice(column));
    if (!dash) break;
    openers.push({ column, key: undefined });
    column += dash[0].length;
  }
  const key = KEY.exec(line.slice(column));
  if (!key) return { openers, end: column };
  openers.push({ column, key: key[1] ?? key[2] ?? key[3] });
  return { openers, end: column + key[0].length };
}

const isBlank = (line: string) => /^\s*(#|$)/.test(line);

export function pathAt(text: string, offset: number): CursorPath {
  const lines = text.slice(0, offset).split('\n');
  const line = lines.pop() ?? '';
  const lineStart = offset - line.length;
  const { openers, end } = readLine(line);
  const own = openers.at(-1)?.key === undefined ? undefined : openers.pop();
  const rest = line.slice(end);
  const from = end + rest.length - rest.trimStart().length;

  const path: (string | number)[] = [];
  let limit = own?.column ?? from;
  let inDash = false;
  // A dash may stand at the column of the key whose list it belongs to; all else is further right.
  const climb = (above: Opener[]) => {
    for (const opener of above.toReversed()) {
      const isKey = opener.key !== undefined;
      if (opener.column < limit || (isKey && inDash && opener.column === limit)) {
        path.unshift(opener.key ?? 0);
        limit = opener.column;
        inDash = !isKey;
      }
    }
  };
  climb(openers);
  let kind: string | undefined;
  for (const above of lines.toReversed()) {
    if (/^---(\s|$)/.test(above)) break;
    if (isBlank(above)) continue;
    kind ??= /^kind:\s*["']?(\w+)/.exec(above)?.[1];
    climb(readLine(above).openers);
  }
  return {
    path,
    key: own?.key,
    typed: line.slice(from).replace(/^["']/, ''),
    from: lineStart + from,
    kind,
  };
}
