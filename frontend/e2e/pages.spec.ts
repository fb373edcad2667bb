import type { APIRequestContext, Page } from '@playwright/test';
import { captureFile } from './capture';
import { emptyStack, expect, expectAccessible, expectPage, test } from './fixtures';

// Every page, light and dark, with data and without: axe, console and CSP are silent. With SHOTS=DIR
// each view is also kept as a picture, to be looked at.

interface View {
  name: string;
  path: (ids: Ids) => string;
  title: string | RegExp;
  /** What has to be there before the page counts as drawn. */
  ready?: (page: Page) => Promise<void>;
}

interface Ids {
  policyId: string;
}

const shown = (text: string | RegExp) => async (page: Page) => {
  await expect(page.getByText(text).first()).toBeVisible();
};

const VIEWS: View[] = [
  { name: 'dashboard', path: () => '/', title: 'Dashboard', ready: shown('Top talkers') },
  {
    name: 'traffic',
    path: () => '/traffic?namespace=pages',
    title: 'Traffic',
    ready: async (page) => {
      await expect(page.getByRole('grid')).toBeVisible();
      await page.getByRole('checkbox', { name: 'Select all that match' }).click();
    },
  },
  {
    name: 'connections',
    path: () => '/traffic?view=connections&source_label=app%3Dweb',
    title: 'Traffic',
    ready: async (page) => {
      await expect(page.getByRole('grid')).toBeVisible();
      await page.getByRole('row').nth(1).click();
      await expect(page.getByRole('dialog', { name: 'Connection' })).toBeVisible();
    },
  },
  {
    name: 'suggestions',
    path: () => '/traffic',
    title: 'Traffic',
    ready: async (page) => {
      await page.getByLabel('Add a condition').fill('web');
      await expect(page.getByRole('option').first()).toBeVisible();
    },
  },
  {
    name: 'generate',
    path: () => '/traffic?namespace=pages',
    title: 'Traffic',
    ready: async (page) => {
      await page.getByRole('checkbox', { name: 'Select all that match' }).click();
      await page.getByRole('button', { name: 'Generate policy' }).click();
      await expect(page.getByLabel(/^YAML of/)).toBeVisible();
    },
  },
  { name: 'policies', path: () => '/policies', title: 'Policies', ready: shown('pages-web') },
  {
    name: 'editor',
    path: ({ policyId }) => `/policies/${policyId}`,
    title: /pages-web/,
    ready: shown(/Cilium would accept this|remark|error/),
  },
  { name: 'new', path: () => '/policies/new', title: 'New policy' },
  {
    name: 'history',
    path: ({ policyId }) => `/history/${policyId}`,
    title: 'History',
    ready: shown('Version 2'),
  },
  {
    name: 'compare',
    path: ({ policyId }) => `/history/${policyId}?compare=1`,
    title: 'History',
    ready: shown('From version 1 to version 2'),
  },
  {
    name: 'simulation',
    path: ({ policyId }) => `/simulation?policy=${policyId}`,
    title: 'Simulation',
    ready: async (page) => {
      await page.getByRole('button', { name: 'Run simulation' }).click();
      await expect(page.getByRole('columnheader', { name: 'Verdict' })).toBeVisible();
    },
  },
  { name: 'import', path: () => '/import', title: 'Import', ready: shown('pages.jsonl') },
  {
    name: 'map',
    path: () => '/map',
    title: 'Service map',
    ready: async (page) => {
      await expect(page.locator('.react-flow__node').first()).toBeVisible();
    },
  },
  {
    name: 'map-open',
    path: () => '/map?open=default%2Fshop',
    title: 'Service map',
    ready: async (page) => {
      await expect(page.locator('.react-flow__node').first()).toBeVisible();
    },
  },
  { name: 'tokens', path: () => '/settings/tokens', title: 'API tokens' },
  { name: 'audit', path: () => '/settings/audit', title: 'Audit', ready: shown('pages-web') },
  { name: 'storage', path: () => '/settings/storage', title: 'Storage', ready: shown('By day') },
  {
    name: 'api',
    path: () => '/api-docs',
    title: 'API',
    ready: shown('Recorded flows, newest first'),
  },
  { name: 'nowhere', path: () => '/nowhere', title: 'Page not found' },
];

const EMPTY = [
  { name: 'dashboard', path: '/', title: 'Dashboard' },
  { name: 'traffic', path: '/traffic', title: 'Traffic' },
  { name: 'policies', path: '/policies', title: 'Policies' },
  { name: 'history', path: '/history', title: 'History' },
  { name: 'simulation', path: '/simulation', title: 'Simulation' },
];

async function fill(request: APIRequestContext): Promise<Ids> {
  await request.post('/api/samples');
  const imported = await request.post('/api/flows/import?name=pages.jsonl', {
    headers: { 'Content-Type': 'application/x-ndjson' },
    data: captureFile('pages').buffer,
  });
  expect(imported.ok(), await imported.text()).toBe(true);
  const generated = await request.post('/api/policies/generate', {
    data: {
      filter: { namespace: ['pages'] },
      options: { workload: 'web', namespace: 'pages' },
      policy_name: 'pages-web',
    },
  });
  expect(generated.ok(), await generated.text()).toBe(true);
  const policyId = (await generated.json()).policy.policy_id as string;
  const stored = await request.get(`/api/policies/${policyId}`);
  const saved = await request.put(`/api/policies/${policyId}`, {
    headers: { 'If-Match': stored.headers().etag ?? '' },
    data: {
      yaml_content: (await stored.json()).yaml_content.replace('8080', '8081'),
      change_summary: 'Follow the move to another port',
    },
  });
  expect(saved.ok(), await saved.text()).toBe(true);
  return { policyId };
}

async function finish(page: Page, name: string) {
  await expectAccessible(page);
  const shots = process.env.SHOTS;
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}

for (const scheme of ['light', 'dark'] as const) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme });

    test.describe('empty', () => {
      test.beforeAll(async ({ playwright }) => {
        const request = await playwright.request.newContext({ baseURL: process.env.STACK_URL });
        await emptyStack(request);
        await request.dispose();
      });
      for (const { name, path, title } of EMPTY) {
        test(`empty ${name}`, async ({ page }) => {
          await page.goto(path);
          await expectPage(page, title);
          await page.waitForLoadState('networkidle');
          await finish(page, `empty-${name}-${scheme}`);
        });
      }
    });

    test.describe('full', () => {
      let ids: Ids;
      test.beforeAll(async ({ playwright }) => {
        const request = await playwright.request.newContext({ baseURL: process.env.STACK_URL });
        await emptyStack(request);
        ids = await fill(request);
        await request.dispose();
      });
      for (const { name, path, title, ready } of VIEWS) {
        test(name, async ({ page }) => {
          await page.goto(path(ids));
          await expectPage(page, title);
          await ready?.(page);
          await page.waitForLoadState('networkidle');
          await finish(page, `${name}-${scheme}`);
        });
      }
    });
  });
}

test('fits a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of [
    '/',
    '/traffic',
    '/map',
    '/import',
    '/policies',
    '/simulation',
    '/api-docs',
    '/settings/tokens',
    '/settings/audit',
    '/settings/storage',
  ]) {
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
  }
  await page.getByRole('button', { name: 'Open the menu' }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Traffic' }).click();
  await expectPage(page, 'Traffic');
});
