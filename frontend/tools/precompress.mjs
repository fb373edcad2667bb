// Leaves a .gz beside each text asset, for nginx's gzip_static. Not index.html: nginx writes the
// CSP nonce into it on the way.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/assets', import.meta.url).pathname;
for (const name of readdirSync(dist)) {
  if (!/\.(js|css|svg|json)$/.test(name)) continue;
  const file = join(dist, name);
  writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
}
