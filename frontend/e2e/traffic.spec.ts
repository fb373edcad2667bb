import { capture } from './capture';
import { emptyStack, expect, expectAccessible, expectPage, test } from './fixtures';

const HOURS = 12;

test.beforeAll(async ({ playwright }) => {
  const request = await playwright.request.newContext({ baseURL: process.env.STACK_URL });
  await emptyStack(request);
  // The same talk once an hour, so that there is a time line.
  for (let hour = 0; hour < HOURS; hour += 3) {
    const data = capture('hours', 1).replaceAll(
      'T10:00:',
      `T${String(10 + hour).padStart(2, '0')}:00:`,
    );
    await request.post('/api/flows/import', {
      headers: { 'Content-Type': 'application/x-ndjson' },
      data,
    });
  }
  await request.dispose();
});

test('a time window is dragged on the time line, and can be undone', async ({ page }) => {
  await page.goto('/traffic');
  await expectPage(page, 'Traffic');
  const line = page.getByRole('img', { name: /^All recorded traffic/ });
  await expect(line).toBeVisible();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '33');
  const box = await line.boundingBox();
  if (!box) throw new Error('the time line has no place');
  await page.mouse.move(box.x + box.width * 0.02, box.y + 15);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.4, box.y + 15, { steps: 8 });
  await page.mouse.up();
  await expect(page).toHaveURL(/time_from=2026-03-01T/);
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '17');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '33');
});

test('columns are chosen and kept', async ({ page }) => {
  await page.goto('/traffic');
  await expect(page.getByRole('columnheader', { name: 'Verdict' })).toBeVisible();
  await page.getByRole('button', { name: 'Columns' }).click();
  const item = (name: string) =>
    page.getByRole('dialog', { name: 'Columns' }).getByRole('checkbox', { name });
  await expect(item('Verdict')).toBeChecked();
  await item('Direction').click();
  await item('Drop reason').click();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('columnheader', { name: 'Direction' })).toHaveCount(0);
  await expect(page.getByRole('columnheader', { name: 'Drop reason' })).toBeVisible();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-colcount', '8');
  await page.reload();
  await expect(page.getByRole('columnheader', { name: 'Drop reason' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Direction' })).toHaveCount(0);
});

test('the filter is copied as a curl command, or shown where copying is not allowed', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/traffic?namespace=hours');
  await expect(page.getByText('All recorded traffic, whatever the filter')).toBeVisible();
  const copy = async () => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Copy as curl command' }).click();
  };
  await copy();
  await expect(page.getByText('The curl command is in the clipboard.')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^curl -s 'http.*\/api\/flows\?namespace=hours'$/);
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
  });
  await copy();
  await expect(page.getByText(copied)).toBeVisible();
});
