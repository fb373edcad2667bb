// What stands in front of the portal in the suite sso: an OpenID provider whose users are below, and
// Debian's Apache with the configuration of deploy/sso/apache.conf. Runs until it is killed.
//   node front.mjs PORT PORTAL FOLDER     PORT of 127.0.0.1 for Apache, the portal's address; FOLDER
//                                         must be there, and gets the file "ready"
// PROXY_SECRET_FILE of the environment has the secret that the portal knows.
import { spawn } from 'node:child_process';
import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { Provider } from 'oidc-provider';

const [port, portal, folder] = process.argv.slice(2);
const url = `http://127.0.0.1:${port}`;
const client = { id: 'cpa', secret: 'only-for-the-tests' };

/** Anybody may sign in with any password; these are in groups. */
const groups = { vera: ['cpa-viewers'], edgar: ['cpa-editors', 'staff'], ada: ['cpa-admins'] };

const server = createServer((request, response) => provider.callback()(request, response));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: [`${url}/oauth2/callback`],
    },
  ],
  claims: { openid: ['sub'], email: ['email'], profile: ['name'], groups: ['groups'] },
  scopes: ['openid', 'email', 'profile', 'groups'],
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id}@example.test`,
      name: id[0].toUpperCase() + id.slice(1),
      groups: groups[id] ?? ['visitors'],
    }),
  }),
  // Nobody is asked whether the portal may know who they are.
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId,
      accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope('openid email profile groups');
    await grant.save();
    return grant;
  },
});

const modules = '/usr/lib/apache2/modules';
const loaded = [
  ...['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'headers', 'proxy', 'proxy_http'],
  'auth_openidc',
];
const root = process.getuid() === 0;
if (root) {
  chownSync(folder, 33, 33); // www-data, on every Debian
}
const configuration = path.join(folder, 'apache.conf');
writeFileSync(
  configuration,
  `ServerRoot ${folder}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
Mutex file:${folder} default
ErrorLog /dev/stderr
LogLevel warn
${loaded.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join('\n')}
${root ? 'User www-data\nGroup www-data' : ''}
StartServers 1
Include ${new URL('../../deploy/sso/apache.conf', import.meta.url).pathname}
`,
);
const apache = spawn('apache2', ['-d', folder, '-f', configuration, '-DFOREGROUND'], {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: {
    PATH: `${process.env.PATH}:/usr/sbin`,
    CPA_PUBLIC_URL: url,
    CPA_PORTAL: portal,
    CPA_PROXY_SECRET: readFileSync(process.env.PROXY_SECRET_FILE, 'utf8').split('\n')[0],
    CPA_OIDC_ISSUER: issuer,
    CPA_OIDC_CLIENT_ID: client.id,
    CPA_OIDC_CLIENT_SECRET: client.secret,
    CPA_OIDC_PASSPHRASE: 'only-for-the-tests',
  },
});
const stop = () => apache.kill('SIGTERM');
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
apache.on('exit', (code) => process.exit(code ?? 1));
for (;;) {
  // Without a session, a script is told so: then everything is up.
  const answer = await fetch(`${url}/api/session`).catch(() => undefined);
  if (answer?.status === 401) {
    break;
  }
  await new Promise((later) => setTimeout(later, 100));
}
writeFileSync(path.join(folder, 'ready'), '');
