// The nginx configurations of deploy/sso as they are written, with the addresses and the certificate of
// the example replaced, in front of a portal; the product that signs people in is played.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, reachable } from './echo.ts';

export type Front = { port: number; stop(): Promise<void> };

/** `product` answers at the address that the file says the product has. */
export async function startFront(
  file: string,
  portal: number,
  secret: string,
  product: RequestListener,
): Promise<Front> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cpa-front.'));
  chmodSync(folder, 0o755);
  const played = createServer(product);
  await new Promise<void>((listening) => played.listen(0, '127.0.0.1', listening));
  const port = await freePort();
  const secretFile = path.join(folder, 'secret.conf');
  writeFileSync(secretFile, `proxy_set_header X-CPA-Proxy-Secret "${secret}";\n`);
  const written = readFileSync(new URL(`../../../deploy/sso/${file}`, import.meta.url), 'utf8');
  const server = written
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
    .replace(/^ *ssl_.*\n/gm, '')
    .replace('/etc/nginx/cpa-proxy-secret.conf', secretFile)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${portal}`)
    .replaceAll(
      /127\.0\.0\.1:(4180|9091|9000)/g,
      `127.0.0.1:${(played.address() as AddressInfo).port}`,
    );
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((what) => `${what}_temp_path ${folder}/${what};`)
    .join('\n');
  writeFileSync(
    path.join(folder, 'nginx.conf'),
    `daemon off;\npid ${folder}/pid;\nevents {}\nhttp {\naccess_log off;\n${places}\n${server}}\n`,
  );
  const nginx: ChildProcess = spawn(
    'nginx',
    ['-e', 'stderr', '-p', folder, '-c', `${folder}/nginx.conf`],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
    },
  );
  const ended = new Promise((resolve) => nginx.on('exit', resolve));
  await reachable(port, nginx);
  return {
    port,
    async stop() {
      nginx.kill('SIGTERM');
      await ended;
      played.close();
      rmSync(folder, { recursive: true });
    },
  };
}
