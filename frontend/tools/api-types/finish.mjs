// After openapi-typescript: marks its file as generated, and writes the contract as JSON for the
// page of the API's documentation, which is also served as /openapi.json.
import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'yaml';

const types = new URL('../../src/api/schema.d.ts', import.meta.url);
const text = await readFile(types, 'utf8');
await writeFile(
  types,
  `// Generated from backend/openapi.yaml by \`npm run types\`. Do not edit.\n${text}`,
);

const contract = await readFile(new URL('../../../backend/openapi.yaml', import.meta.url), 'utf8');
const json = `${JSON.stringify(parse(contract))}\n`;
await writeFile(new URL('../../public/openapi.json', import.meta.url), json);
