import { capture } from './capture';
import { emptyStack, expect, expectAccessible, expectPage, test } from './fixtures';

test.beforeAll(async ({ playwright }) => {
  const request = await playwright.request.newContext({ baseURL: process.env.STACK_URL });
  await emptyStack(request);
  await request.post('/api/flows/import', {
    headers: { 'Content-Type': 'application/x-ndjson' },
    data: capture('map'),
  });
  await request.dispose();
});

for (const scheme of ['light', 'dark'] as const) {
  test(`from namespaces to a workload's traffic and policy, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto('/map');
    await expectPage(page, 'Service map');
    const side = page.getByRole('complementary', { name: 'Details of the map' });
    await expect(side.getByText('3 places, 2 paths')).toBeVisible();
    await expect(page.locator('.react-flow__node')).toHaveCount(3);
    await expectAccessible(page);

    await page.locator('.react-flow__node').filter({ hasText: '3 workloads' }).click();
    await expect(side.getByRole('heading', { name: 'map', exact: true })).toBeVisible();
    await side.getByRole('button', { name: 'Open namespace' }).click();
    await expect(page).toHaveURL(/open=default%2Fmap/);
    await expect(side.getByText('5 places, 5 paths')).toBeVisible();
    await expectAccessible(page);

    await page.locator('.react-flow__node').filter({ hasText: 'db' }).click();
    await expect(side.getByRole('region', { name: 'Called by' })).toContainText('dropped');
    await side.getByRole('button', { name: /^web/ }).click();
    await expect(side.getByRole('heading', { name: 'web → db' })).toBeVisible();
    await expect(side.getByText('Dropped').first()).toBeVisible();
    await expectAccessible(page);

    await page.locator('.react-flow__node').filter({ hasText: 'api' }).click();
    await side.getByRole('button', { name: 'Generate policy' }).click();
    const drawer = page.getByRole('dialog', { name: 'Generate policy' });
    await expect(drawer.getByLabel(/^YAML of api/)).toContainText('8080');
    await drawer.getByRole('button', { name: 'Close' }).click();
    await side.getByRole('link', { name: 'Show traffic' }).click();
    await expectPage(page, 'Traffic');
    await expect(page).toHaveURL(/workload=map%2Fapi/);
    await page.goBack();
    await expect(side.getByText('5 places, 5 paths')).toBeVisible();
  });
}

test('the map works by the keyboard, and as a table', async ({ page }) => {
  await page.goto('/map?open=default/map');
  const node = page.locator('.react-flow__node').filter({ hasText: 'web' });
  await node.focus();
  await page.keyboard.press('Enter');
  const side = page.getByRole('complementary', { name: 'Details of the map' });
  await expect(side.getByRole('heading', { name: 'web', exact: true })).toBeVisible();
  await expect(side.getByRole('region', { name: 'Calls' }).getByRole('listitem')).toHaveCount(3);

  await page.getByText('Table', { exact: true }).click();
  await expect(page).toHaveURL(/view=table/);
  const row = page.getByRole('row').filter({ hasText: '5432/TCP' }).filter({ hasText: 'Dropped' });
  await expect(row).toHaveCount(1);
  await expectAccessible(page);
  await row.getByRole('button', { name: '5432/TCP' }).click();
  await expect(side.getByRole('heading', { name: 'web → db' })).toBeVisible();

  await page.getByRole('switch', { name: /^Hide name lookups/ }).click();
  await expect(page).toHaveURL(/quiet=true/);
  await expect(page.getByRole('row').filter({ hasText: 'kube-system' })).toHaveCount(0);
});

test('nothing recorded says what to do', async ({ page }) => {
  await page.goto('/map?namespace=no-such-namespace');
  await expect(page.getByText('Nothing was recorded of this')).toBeVisible();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect(page.locator('.react-flow__node').first()).toBeVisible();
});

test('a map with many paths begins with names that can be read', async ({ page }) => {
  const names = Array.from({ length: 16 }, (_, index) => `dense-${index}`);
  const flows = names.flatMap((from) =>
    names
      .filter((to) => to !== from)
      .map((to) => ({
        timestamp: '2026-11-20T10:00:00Z',
        source_namespace: from,
        source_labels: { app: from },
        destination_namespace: to,
        destination_labels: { app: to },
        destination_port: 8080,
        protocol: 'TCP',
      })),
  );
  const stored = await page.request.post('/api/flows', { data: flows });
  expect(stored.ok(), await stored.text()).toBe(true);
  const query = names.map((name) => `namespace=${name}`).join('&');
  await page.goto(`/map?${query}`);
  const nodes = page.locator('.react-flow__node');
  await expect(nodes).toHaveCount(names.length);
  const boxes = await Promise.all((await nodes.all()).map((node) => node.boundingBox()));
  const half = 95;
  for (const box of boxes) expect(box?.width).toBeGreaterThan(half);
  const places = new Set(
    boxes.map((box) => `${Math.round(box?.x ?? 0)} ${Math.round(box?.y ?? 0)}`),
  );
  expect(places.size, 'no place lies on another').toBe(names.length);
  await page.request.delete(`/api/flows?${query}`);
});
