// Marks the generated file as such.
import { readFile, writeFile } from 'node:fs/promises';

const file = new URL('../../src/api/schema.d.ts', import.meta.url);
const text = await readFile(file, 'utf8');
await writeFile(
  file,
  `// Generated from backend/openapi.yaml by \`npm run types\`. Do not edit.\n${text}`,
);
