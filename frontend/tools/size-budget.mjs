// Fails the build when a page's JavaScript, the shell's CSS or its fonts outgrow their budgets
// (kilobytes after gzip -9). Sizes come from Vite's manifest, so they count what a browser loads.
import { readFileSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const SHELL = 'index.html';
const PAGES = {
  'src/features/dashboard/page.tsx': 215,
  'src/features/traffic/page.tsx': 250,
  'src/features/map/page.tsx': 250,
  'src/features/imports/page.tsx': 250,
  'src/features/simulation/page.tsx': 250,
  'src/features/policies/listPage.tsx': 250,
  'src/features/policies/editorPage.tsx': 400,
  'src/features/policies/newPage.tsx': 400,
  'src/features/history/page.tsx': 400,
  'src/features/settings/tokensPage.tsx': 250,
  'src/features/settings/auditPage.tsx': 250,
  'src/features/settings/storagePage.tsx': 250,
  'src/features/docs/page.tsx': 190,
};
const SHELL_JS = 180;
const SHELL_CSS = 25;
const SHELL_FONTS = 50;

/** All chunks that come with an entry, each once. */
export function reachable(manifest, entries) {
  const found = new Set();
  const visit = (key) => {
    if (found.has(key)) return;
    found.add(key);
    for (const next of manifest[key]?.imports ?? []) visit(next);
  };
  entries.forEach(visit);
  return [...found];
}

export function overBudget(rows) {
  return rows.filter((row) => row.kilobytes > row.limit);
}

function measure(dist) {
  const manifest = JSON.parse(readFileSync(`${dist}/.vite/manifest.json`, 'utf8'));
  const gz = (file) => gzipSync(readFileSync(`${dist}/${file}`), { level: 9 }).length / 1000;
  const js = (entries) =>
    reachable(manifest, entries).reduce((sum, key) => sum + gz(manifest[key].file), 0);
  const css = reachable(manifest, [SHELL]).flatMap((key) => manifest[key].css ?? []);
  // Inter alone is needed for the first view; the monospaced face comes with the first code.
  const fonts = Object.values(manifest)
    .map((chunk) => chunk.file)
    .filter((file) => /inter.*\.woff2$/.test(file));
  return [
    { name: 'shell JS', kilobytes: js([SHELL]), limit: SHELL_JS },
    {
      name: 'shell CSS',
      kilobytes: css.reduce((sum, file) => sum + gz(file), 0),
      limit: SHELL_CSS,
    },
    {
      name: 'first fonts',
      kilobytes: fonts.reduce((sum, file) => sum + statSync(`${dist}/${file}`).size / 1000, 0),
      limit: SHELL_FONTS,
    },
    ...Object.entries(PAGES).map(([page, limit]) => ({
      name: page.replace('src/features/', ''),
      kilobytes: js([SHELL, page]),
      limit,
    })),
  ];
}

if (process.argv[1] === import.meta.filename) {
  const rows = measure(new URL('../dist', import.meta.url).pathname);
  for (const { name, kilobytes, limit } of rows) {
    console.log(`${name.padEnd(26)} ${kilobytes.toFixed(1).padStart(7)} kB of ${limit}`);
  }
  const over = overBudget(rows);
  if (over.length > 0) {
    console.error(`over budget: ${over.map((row) => row.name).join(', ')}`);
    process.exitCode = 1;
  }
}
