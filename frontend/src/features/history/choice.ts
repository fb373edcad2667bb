/** Which version is shown, and which one it is compared with. */
export interface Choice {
  version: number;
  compare: number | undefined;
}

function readNumber(text: string | null, latest: number): number | undefined {
  const number = Number(text);
  return text !== null && Number.isInteger(number) && number >= 1 && number <= latest
    ? number
    : undefined;
}

export function readChoice(params: URLSearchParams, latest: number): Choice {
  const version = readNumber(params.get('version'), latest) ?? latest;
  const compare = readNumber(params.get('compare'), latest);
  return { version, compare: compare === version ? undefined : compare };
}

export function writeChoice(choice: Choice, latest: number): URLSearchParams {
  const params = new URLSearchParams();
  if (choice.version !== latest) params.set('version', String(choice.version));
  if (choice.compare !== undefined) params.set('compare', String(choice.compare));
  return params;
}
