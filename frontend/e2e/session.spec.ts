import type { Page } from '@playwright/test';
import { captureFile } from './capture';
import { expect, expectAccessible, expectPage, test } from './fixtures';

const PERSON = {
  auth_mode: 'proxy',
  authentication: 'proxy',
  user: 'ann',
  role: 'editor',
  display_name: 'Ann Example',
  email: 'ann@example.com',
  groups: ['platform', 'shop'],
  scopes: [],
  limits: null,
  token_id: null,
  sign_in_url: '/sign-in-again',
  reason: '',
  version: '1.0.0',
};

/** The page believes to be used by this person; the server behind keeps its own mode. */
const as = (page: Page, person: Partial<Record<keyof typeof PERSON, unknown>>) =>
  page.route('**/api/session', (route) => route.fulfill({ json: { ...PERSON, ...person } }));

async function storedPolicy(page: Page, namespace: string) {
  await page.request.post('/api/flows/import', {
    headers: { 'Content-Type': 'application/x-ndjson' },
    data: captureFile(namespace, 1).buffer,
  });
  const list = await page.request.get(`/api/policies?namespace=${namespace}`);
  const [known] = (await list.json()).items;
  if (known) return known as { policy_id: string; policy_name: string };
  const answer = await page.request.post('/api/policies/generate', {
    data: { filter: { namespace: [namespace] }, options: { namespace, workload: 'api' } },
  });
  return (await answer.json()).policy as { policy_id: string; policy_name: string };
}

test('development mode is loud, and can be hidden for the session', async ({ page }) => {
  await page.goto('/');
  const banner = page.getByText('Development mode.');
  await expect(banner).toBeVisible();
  await expectAccessible(page);
  const who = page.getByRole('button', { name: /^Signed in as local developer/ });
  await who.click();
  await expect(page.getByRole('dialog', { name: 'local developer' })).toContainText('dev mode');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Hide for this session' }).click();
  await expect(banner).toBeHidden();
  await page.reload();
  await expectPage(page, 'Dashboard');
  await expect(banner).toBeHidden();
});

test('who one is, by single sign-on, with groups and limits', async ({ page }) => {
  await as(page, { limits: ['*/shop', 'north/*'] });
  await page.goto('/');
  await page.getByRole('button', { name: /^Signed in as Ann Example/ }).click();
  const details = page.getByRole('dialog', { name: 'Ann Example' });
  await expect(details).toContainText('ann@example.com');
  await expect(details).toContainText('platform, shop');
  await expect(details).toContainText('namespace shop; every namespace of cluster north');
  await expect(page.getByText('Development mode.')).toHaveCount(0);
});

test('a viewer has no dead buttons', async ({ page }) => {
  const { policy_id, policy_name } = await storedPolicy(page, 'viewers');
  await as(page, { role: 'viewer' });
  await page.goto(`/policies/${policy_id}`);
  await expectPage(page, new RegExp(policy_name));
  await expect(page.getByText('Changing policies needs the role editor')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0);
  await expect(page.getByRole('textbox', { name: `YAML of ${policy_name}` })).toHaveAttribute(
    'aria-readonly',
    'true',
  );
  await expectAccessible(page);
  await page.getByRole('button', { name: 'More actions' }).click();
  await expect(page.getByRole('menuitem', { name: 'Simulate' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: /Delete/ })).toHaveCount(0);

  await page.goto('/policies');
  const row = page.getByRole('row').filter({ hasText: 'viewers' });
  await expect(row.getByRole('link', { name: policy_name })).toBeVisible();
  await expect(page.getByRole('link', { name: 'New policy' })).toHaveCount(0);
  await page.goto('/traffic');
  await expect(page.getByText('Generating policies needs the role editor')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Generate policy' })).toHaveCount(0);
  await page.goto('/import');
  await expect(page.getByText('Importing flows needs the role editor')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Choose files' })).toHaveCount(0);
  await page.goto('/');
  await expect(page.getByRole('button', { name: /^Generate a policy/ })).toHaveCount(0);
});

test('only an admin deletes flows', async ({ page }) => {
  await as(page, { role: 'editor' });
  await page.goto('/traffic');
  await page.getByRole('button', { name: 'More actions' }).click();
  await expect(page.getByRole('menuitem', { name: /curl/ })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: /Delete/ })).toHaveCount(0);
});

test('without a role one reads which groups were seen and whom to ask', async ({ page, guard }) => {
  guard.allow(/status of 403/);
  const reason = 'None of your groups has a role here. To get one, ask the platform team.';
  await as(page, { role: 'none', reason });
  await page.goto('/policies');
  await expectPage(page, 'No access');
  await expect(page.getByText(reason)).toBeVisible();
  await expect(page.locator('main').getByText('platform', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.unroute('**/api/session');
  await page.getByRole('button', { name: 'Check again' }).click();
  await expectPage(page, 'Policies');
});

test('what one may not see is no fault', async ({ page, guard }) => {
  guard.allow(/status of 403/);
  await page.route('**/api/dashboard', (route) =>
    route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      json: {
        type: 'about:blank',
        title: 'Forbidden',
        status: 403,
        detail: 'This needs the role viewer; yours is none.',
        code: 'forbidden',
        request_id: 'r-1',
      },
    }),
  );
  await page.goto('/');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('You may not see this');
  await expect(alert).toContainText('This needs the role viewer');
  await expect(page.getByRole('button', { name: 'Try again' })).toHaveCount(0);
});

/** A proxy whose session ends answers every call with its own page, in one of these ways. */
const WAYS = {
  'a 401': { status: 401, body: 'sign in' },
  'a redirect': { status: 302, headers: { location: '/login' }, body: '' },
  'its login page': { status: 200, contentType: 'text/html', body: '<html>Sign in</html>' },
};

for (const [name, answer] of Object.entries(WAYS)) {
  test(`a session that ends during an edit loses nothing: ${name}`, async ({ page, guard }) => {
    guard.allow(/status of 401|status of 302/);
    const { policy_id, policy_name } = await storedPolicy(page, 'ending');
    await as(page, {});
    await page.goto(`/policies/${policy_id}`);
    const editor = page.getByRole('textbox', { name: `YAML of ${policy_name}` });
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(`# kept over ${name}`);
    await page.keyboard.press('Control+s');
    const save = page.getByRole('dialog', { name: `Save ${policy_name}` });
    await save.getByLabel('What changes, and why?').fill('Over the end of a session');

    await page.unroute('**/api/session');
    await page.route('**/api/**', (route) => route.fulfill(answer));
    await save.getByRole('button', { name: /^Save version/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await expect(dialog).toBeVisible();
    await expect(dialog.getByRole('link', { name: 'Sign in in a new tab' })).toHaveAttribute(
      'href',
      '/sign-in-again',
    );
    await dialog.getByRole('button', { name: 'I have signed in' }).click();
    await expect(dialog.getByRole('alert')).toHaveText('Not signed in yet.');

    await as(page, {});
    await page.unroute('**/api/**');
    await expect(dialog).toBeHidden();
    await expect(save).toBeHidden();
    await expect(page.getByText('Not saved')).toBeHidden();
    const stored = await page.request.get(`/api/policies/${policy_id}`);
    expect((await stored.json()).yaml_content).toContain(`# kept over ${name}`);
  });
}

test('another user who signs in is asked before anything is done as them', async ({
  page,
  guard,
}) => {
  guard.allow(/status of 401/);
  await as(page, {});
  await page.goto('/settings/storage');
  await expectPage(page, 'Storage');
  await expect(page.getByText('Kept for')).toBeVisible();
  await page.unroute('**/api/session');
  await page.route('**/api/**', (route) => route.fulfill({ status: 401, body: '' }));
  await page.getByRole('link', { name: 'History' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  await as(page, { user: 'bob', display_name: 'Bob' });
  await page.unroute('**/api/**');
  await expect(dialog).toContainText('You are signed in as bob now');
  await dialog.getByRole('button', { name: 'Go on as bob' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: /^Signed in as Bob/ })).toBeVisible();
});

test('one may go on reading without signing in', async ({ page, guard }) => {
  guard.allow(/status of 401/);
  await as(page, {});
  await page.goto('/policies');
  await expectPage(page, 'Policies');
  await page.unroute('**/api/session');
  await page.route('**/api/**', (route) => route.fulfill({ status: 401, body: '' }));
  await page.getByLabel('Find a policy by name').fill('x');
  await page.getByRole('button', { name: 'Not now' }).click();
  await expect(page.getByText('You are not signed in.')).toBeVisible();
  await expectAccessible(page);
  await as(page, {});
  await page.unroute('**/api/**');
  await page.getByRole('button', { name: 'I have signed in' }).click();
  await expect(page.getByText('You are not signed in.')).toBeHidden();
});
