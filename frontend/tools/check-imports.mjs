// The arrows of src/: app -> features -> {shared, api}; shared -> {shared, api}; api -> api.
// Features do not import each other, save generate/, which several pages open. Heavy libraries
// are imported by one folder each.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const HEAVY = [
  { library: /^(@codemirror\/|@lezer\/|yaml$|@cfworker\/)/, folder: 'shared/yaml' },
  { library: /^uplot/, folder: 'shared/charts' },
  { library: /^(@xyflow\/|@dagrejs\/)/, folder: 'features/map' },
];
const MAY_IMPORT = {
  api: ['api'],
  shared: ['shared', 'api'],
  features: ['features', 'shared', 'api'],
  app: ['app', 'features', 'shared', 'api'],
};
const OPEN_TO_ALL = 'features/generate';

/** What is wrong with one import, or undefined. `file` and `target` are relative to src. */
export function judge(file, specifier) {
  const heavy = HEAVY.find((row) => row.library.test(specifier));
  if (heavy && !file.startsWith(`${heavy.folder}/`)) {
    return `only ${heavy.folder} may import ${specifier}`;
  }
  const target = specifier.startsWith('@/')
    ? specifier.slice(2)
    : specifier.startsWith('.')
      ? normalize(join(dirname(file), specifier))
      : undefined;
  if (target === undefined) return undefined;
  const [area, part] = file.split('/');
  const [targetArea, targetPart] = target.split('/');
  if (MAY_IMPORT[area] && !MAY_IMPORT[area].includes(targetArea)) {
    return `${area} must not import ${targetArea}`;
  }
  if (
    area === 'features' &&
    targetArea === 'features' &&
    part !== targetPart &&
    !target.startsWith(OPEN_TO_ALL)
  ) {
    return `feature ${part} must not import feature ${targetPart}`;
  }
  return undefined;
}

export function importsOf(source) {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]);
}

if (process.argv[1] === import.meta.filename) {
  const src = new URL('../src', import.meta.url).pathname;
  let wrong = 0;
  for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const file = relative(src, path);
    for (const specifier of importsOf(readFileSync(path, 'utf8'))) {
      const problem = judge(file, specifier);
      if (problem) {
        console.error(`src/${file}: ${problem}`);
        wrong += 1;
      }
    }
  }
  console.log(`imports: ${wrong} wrong`);
  if (wrong > 0) process.exitCode = 1;
}
