import type { APIRequestContext, Page } from '@playwright/test';
import { expect, test } from '../fixtures';

// The provider's page asks for a font and an icon that are not there.
test.beforeEach(({ guard }) => guard.allow(/ERR_NAME_NOT_RESOLVED|404 \(Not Found\)/));

/** The page of the OpenID provider, where everybody may sign in with any password. */
async function fillIn(page: Page, user: string) {
  await page.getByPlaceholder('Enter any login').fill(user);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.waitForURL((url) => url.href.startsWith(process.env.SSO_URL ?? ''));
}

async function signIn(page: Page, user: string, path = '/') {
  await page.goto(path);
  await fillIn(page, user);
}

const policy = (name: string, port: number) => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: ${name}
  namespace: shop
spec:
  endpointSelector:
    matchLabels:
      app: web
  ingress:
    - fromEndpoints:
        - matchLabels:
            app: front
      toPorts:
        - ports:
            - port: "${port}"
              protocol: TCP
`;

/** As a script of the page would: the session's cookie goes along. */
const create = (request: APIRequestContext, name: string, headers: Record<string, string> = {}) =>
  request.post('/api/policies', {
    data: { yaml_content: policy(name, 8080) },
    headers: { 'Sec-Fetch-Site': 'same-origin', ...headers },
  });

const session = async (page: Page) => (await page.request.get('/api/session')).json();

test('the session is what the provider says, whatever else a browser sends', async ({ page }) => {
  await signIn(page, 'vera');
  expect(await session(page)).toMatchObject({
    auth_mode: 'proxy',
    authentication: 'proxy',
    user: 'vera',
    display_name: 'Vera',
    email: 'vera@example.test',
    groups: ['cpa-viewers'],
    role: 'viewer',
  });
  for (const headers of <Record<string, string>[]>[
    { 'X-Remote-User': 'ada', 'X-Remote-Groups': 'cpa-admins' },
    { 'x-remote-groups': 'cpa-admins' },
    { X_Remote_Groups: 'cpa-admins' },
    { 'X.Remote.Groups': 'cpa-admins' },
    { OIDC_CLAIM_groups: 'cpa-admins' },
    { 'OIDC-CLAIM-groups': 'cpa-admins' },
    { 'X-CPA-Proxy-Secret': 'guess', 'X-Forwarded-User': 'ada', 'Remote-Groups': 'cpa-admins' },
    { 'X-Forwarded-For': '127.0.0.1', Forwarded: 'for=127.0.0.1' },
    { Authorization: 'Basic YWRhOmFkYQ==' },
  ]) {
    const answer = await page.request.get('/api/session', { headers });
    expect(await answer.json()).toMatchObject({
      user: 'vera',
      role: 'viewer',
      groups: ['cpa-viewers'],
    });
  }
  // What a proxy lets the browser take away only makes the user less.
  const less = await page.request.get('/api/policies', {
    headers: { Connection: 'close, X-Remote-Groups, X-CPA-Proxy-Secret' },
  });
  expect([200, 401, 403]).toContain(less.status());
});

test('a viewer reads and changes nothing', async ({ page }) => {
  await signIn(page, 'vera', '/policies');
  await expect(page.getByRole('heading', { name: 'Policies', level: 1 })).toBeVisible();
  expect((await page.request.get('/api/policies')).status()).toBe(200);
  await expect(page.getByRole('button', { name: /New policy/ })).toBeHidden();
  const answer = await create(page.request, 'by-vera');
  expect(answer.status()).toBe(403);
  expect((await answer.json()).code).toBe('forbidden');
});

test('an editor saves policies under their name, but deletes no flows', async ({ page }) => {
  await signIn(page, 'edgar');
  const answer = await create(page.request, 'by-edgar');
  expect(answer.status()).toBe(201);
  expect((await answer.json()).created_by).toBe('edgar');
  await page.goto('/policies');
  await expect(page.getByText('by-edgar').first()).toBeVisible();
  const removed = await page.request.delete('/api/flows?all=true', {
    headers: { 'Sec-Fetch-Site': 'same-origin' },
  });
  expect(removed.status()).toBe(403);
});

test('an admin may all', async ({ page }) => {
  await signIn(page, 'ada');
  expect(await session(page)).toMatchObject({ user: 'ada', role: 'admin' });
  const removed = await page.request.delete('/api/flows?all=true', {
    headers: { 'Sec-Fetch-Site': 'same-origin' },
  });
  expect(removed.status()).toBe(200);
});

test('who is in no group of ours sees why, whom to ask, and no data', async ({ page, guard }) => {
  guard.allow(/403|Forbidden/);
  await signIn(page, 'nobody');
  expect(await session(page)).toMatchObject({ user: 'nobody', role: 'none', groups: ['visitors'] });
  expect((await page.request.get('/api/policies')).status()).toBe(403);
  await expect(page.getByText('You have no role here')).toBeVisible();
  await expect(page.getByText('visitors', { exact: true })).toBeVisible();
  await expect(page.getByText(/security@example\.test/)).toBeVisible();
});

test('a page of another site changes nothing for who is signed in', async ({ page }) => {
  await signIn(page, 'ada');
  for (const headers of <Record<string, string>[]>[
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { 'Sec-Fetch-Site': '', Origin: 'https://evil.example' },
  ]) {
    const answer = await create(page.request, 'by-another-site', headers);
    expect(answer.status()).toBe(403);
  }
  const form = await page.request.post('/api/policies', {
    form: { yaml_content: policy('by-a-form', 8080) },
    headers: { 'Sec-Fetch-Site': 'same-origin' },
  });
  expect(form.status()).toBe(415);
});

test('when the session ends in the middle of an edit, nothing is lost', async ({
  page,
  context,
  guard,
}) => {
  guard.allow(/401 \(Unauthorized\)/);
  await signIn(page, 'edgar');
  const { policy_id } = await (await create(page.request, 'edited')).json();
  await page.goto(`/policies/${policy_id}`);
  const editor = page.getByRole('textbox', { name: 'YAML of edited' });
  await editor.click();
  await page.keyboard.press('Control+End');
  await context.clearCookies();
  // What is typed is checked at once: that call finds the session over.
  await page.keyboard.type('# typed when the session was over');
  const ended = page.getByRole('dialog', { name: 'Your session has ended' });
  const [other] = await Promise.all([
    context.waitForEvent('page'),
    ended.getByRole('link', { name: 'Sign in in a new tab' }).click(),
  ]);
  await fillIn(other, 'edgar');
  await other.close();
  await expect(ended).toBeHidden();
  await expect(editor).toContainText('# typed when the session was over');
  await editor.click();
  await page.keyboard.press('Control+s');
  const saving = page.getByRole('dialog', { name: 'Save edited' });
  await saving.getByLabel('What changes, and why?').fill('After a break');
  await saving.getByRole('button', { name: 'Save version 2' }).click();
  await expect(page.getByText(/version 2, changed by/)).toBeVisible();
  const saved = await (await page.request.get(`/api/policies/${policy_id}`)).json();
  expect(saved.yaml_content).toContain('# typed when the session was over');
  expect(saved).toMatchObject({ version: 2, updated_by: 'edgar', change_summary: 'After a break' });
});
