// The nginx configurations of deploy/sso as they are written, with the addresses and the certificate of
// the example replaced, in front of a portal; the product that signs people in is played.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { freePort } from '../../support/free_port.ts';
import { makeFolder, startNginx } from './nginx.ts';

/** Returns the port; `product` answers at the address that the file says the product has. */
export async function startFront(
  file: string,
  portal: number,
  secret: string,
  product: RequestListener,
): Promise<number> {
  const folder = makeFolder();
  const played = createServer(product);
  await new Promise<void>((listening) => played.listen(0, '127.0.0.1', listening));
  played.unref();
  const answering = `127.0.0.1:${(played.address() as AddressInfo).port}`;
  const port = await freePort();
  const secretFile = path.join(folder, 'secret.conf');
  writeFileSync(secretFile, `proxy_set_header X-CPA-Proxy-Secret "${secret}";\n`);
  const written = readFileSync(new URL(`../../../deploy/sso/${file}`, import.meta.url), 'utf8');
  const server = written
    .replace(/^ *ssl_.*\n/gm, '')
    .replace('/etc/nginx/cpa-proxy-secret.conf', secretFile)
    .replaceAll(/127\.0\.0\.1:(8080|4180|9091|9000)\b/g, (_, where) =>
      where === '8080' ? `127.0.0.1:${portal}` : answering,
    )
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`);
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((what) => `${what}_temp_path ${folder}/${what};`)
    .join('\n');
  const configuration = path.join(folder, 'nginx.conf');
  writeFileSync(
    configuration,
    `daemon off;\npid ${folder}/pid;\nevents {}\nhttp {\naccess_log off;\n${places}\n${server}}\n`,
  );
  await startNginx(folder, configuration, port);
  return port;
}
