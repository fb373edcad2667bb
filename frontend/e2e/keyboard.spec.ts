import type { Page } from '@playwright/test';
import { captureFile } from './capture';
import { expect, expectPage, test } from './fixtures';

/** Presses Tab until the element has the focus; it must not take for ever. */
async function tabTo(page: Page, target: ReturnType<Page['locator']>, most = 60) {
  for (let i = 0; i < most; i++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the element cannot be reached by the Tab key');
}

test('from flows to a saved policy without a mouse', async ({ page }) => {
  await page.request.post('/api/flows/import?name=keys.jsonl', {
    headers: { 'Content-Type': 'application/x-ndjson' },
    data: captureFile('keys').buffer,
  });
  await page.goto('/');
  await expectPage(page, 'Dashboard');

  await test.step('the first stop skips the menu', async () => {
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.locator('main')).toBeFocused();
  });

  await test.step('the palette opens a page', async () => {
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('combobox', { name: 'Search pages and actions' })).toBeFocused();
    await page.keyboard.type('traf');
    await page.keyboard.press('Enter');
    await expectPage(page, 'Traffic');
    await expect(page.locator('main')).toBeFocused();
  });

  await test.step('a condition is typed', async () => {
    const field = page.getByLabel('Add a condition');
    await tabTo(page, field);
    await page.keyboard.type('ns:keys');
    await expect(page.getByRole('option', { name: /^keys/ })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/namespace=keys/);
    await page.keyboard.press('Escape');
  });

  const grid = page.getByRole('grid', { name: 'Flows' });
  await test.step('rows are moved through, opened and selected', async () => {
    await tabTo(page, grid);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: 'Flow' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: 'Flow' })).toBeHidden();
    await expect(grid).toBeFocused();
    await page.keyboard.press('Space');
    await expect(page.getByText('1 flow selected')).toBeVisible();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await expect(page.getByText('3 flows selected')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByText(/match\. Tick rows/)).toBeVisible();
    await page.keyboard.press('Control+a');
    await expect(page.getByText(/^All \d+ flows/)).toBeVisible();
    await page.keyboard.press('g');
  });

  await test.step('the drawer saves', async () => {
    const drawer = page.getByRole('dialog', { name: 'Generate policy' });
    await expect(drawer.getByLabel('Policy name')).toBeFocused();
    await page.keyboard.type('by-keys');
    await expect(drawer.getByText(/^\d+ polic/)).toBeVisible();
    const save = drawer.getByRole('button', { name: /^Save/ });
    await expect(save).toBeEnabled();
    await tabTo(page, save);
    await page.keyboard.press('Enter');
    await expectPage(page, /by-keys/);
  });

  await test.step('the editor can be left again', async () => {
    const editor = page.getByRole('textbox', { name: /^YAML of by-keys/ });
    await tabTo(page, editor);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await expect(editor).not.toBeFocused();
  });
});
