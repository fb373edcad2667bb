import type { APIRequestContext } from '@playwright/test';
import { capture, captureFile } from './capture';
import { emptyStack, expect, expectAccessible, expectPage, test } from './fixtures';

const upload = async (request: APIRequestContext, data: string) => {
  const answer = await request.post('/api/flows/import', {
    headers: { 'Content-Type': 'application/x-ndjson' },
    data,
  });
  expect(answer.ok(), await answer.text()).toBe(true);
};

/** The capture of a namespace as if it were recorded a little later than now, on other ports. */
const later = (namespace: string) =>
  capture(namespace, 1)
    .replaceAll(/"(time)":"[^"]+"/g, (_, key) => {
      const soon = new Date(Date.now() + 60_000).toISOString();
      return `"${key}":"${soon}"`;
    })
    .replaceAll('"destination_port":8080', '"destination_port":9090');

async function generate(request: APIRequestContext, namespace: string, workload: string) {
  const answer = await request.post('/api/policies/generate', {
    data: { filter: { namespace: [namespace] }, options: { namespace, workload } },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()).policy as { policy_id: string; policy_name: string };
}

test.beforeAll(async ({ playwright }) => {
  const request = await playwright.request.newContext({ baseURL: process.env.STACK_URL });
  await emptyStack(request);
  await request.dispose();
});

test('drift is on the list, and its missing rules become the next version', async ({ page }) => {
  await upload(page.request, capture('drift'));
  const { policy_name } = await generate(page.request, 'drift', 'api');
  await page.goto('/policies');
  const row = page.getByRole('row').filter({ hasText: policy_name });
  await expect(row.getByText('none')).toBeVisible();

  await upload(page.request, later('drift'));
  await page.reload();
  const badge = row.getByRole('link', { name: '1 not allowed' });
  await expect(badge).toBeVisible();
  await expectAccessible(page);
  await badge.click();
  await expectPage(page, new RegExp(policy_name));

  await page.getByRole('button', { name: 'Propose the missing rules' }).click();
  const proposal = page.getByRole('dialog', { name: `Missing rules of ${policy_name}` });
  await expect(proposal.getByText(/^This opens 1 path/)).toBeVisible();
  await expect(proposal).toContainText('9090');
  await expectAccessible(page);
  await proposal.getByRole('button', { name: 'Open in the editor' }).click();
  const editor = page.getByRole('textbox', { name: `YAML of ${policy_name}` });
  await expect(editor).toContainText('9090');
  await expect(editor).toContainText('8080');
  await expect(page.getByText('Not saved')).toBeVisible();

  await page.keyboard.press('Control+s');
  const save = page.getByRole('dialog', { name: `Save ${policy_name}` });
  await expect(save.getByLabel('What changes, and why?')).toHaveValue(
    'Allow 1 connection seen since version 1',
  );
  await save.getByRole('button', { name: 'Save version 2' }).click();
  await expect(page.getByText(/version 2, changed by/)).toBeVisible();
});

test('a taken name offers to merge, with the changes in view', async ({ page, guard }) => {
  guard.allow(/status of 409/);
  await upload(page.request, captureFile('taken', 1).buffer.toString());
  const { policy_id, policy_name } = await generate(page.request, 'taken', 'api');
  await upload(
    page.request,
    capture('taken', 1).replaceAll('"destination_port":8080', '"destination_port":9191'),
  );
  await page.goto('/traffic?namespace=taken');
  await page.getByRole('checkbox', { name: 'Select all that match' }).click();
  await page.getByRole('button', { name: 'Generate policy' }).click();
  const drawer = page.getByRole('dialog', { name: 'Generate policy' });
  await drawer.getByLabel('Policies for').selectOption({ label: 'api in namespace taken' });
  await expect(drawer.getByLabel(`YAML of ${policy_name}`)).toContainText('9191');
  await drawer.getByRole('button', { name: 'Save policy' }).click();

  const taken = drawer.getByRole('alert');
  await expect(taken).toContainText(`taken/${policy_name}`);
  await expectAccessible(page);
  await taken.getByRole('button', { name: 'Merge into it' }).click();
  const changes = drawer.getByRole('region', { name: 'Changes by merging' });
  await expect(changes.getByText(/^This opens 1 path/)).toBeVisible();
  await expect(changes).toContainText('9191');
  await expectAccessible(page);
  await drawer.getByRole('button', { name: 'Merge and save' }).click();
  await expectPage(page, new RegExp(policy_name));
  await expect(page).toHaveURL(new RegExp(`/policies/${policy_id}$`));
  await expect(page.getByText(/version 2, changed by/)).toBeVisible();
});
