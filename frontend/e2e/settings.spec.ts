import { readFile } from 'node:fs/promises';
import { captureFile } from './capture';
import { expect, expectAccessible, expectPage, test } from './fixtures';

for (const scheme of ['light', 'dark'] as const) {
  test(`a token is made, used, rotated and revoked, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const name = `shipper ${scheme} ${Date.now()}`;
    await page.goto('/settings/tokens');
    await expectPage(page, 'API tokens');
    await page.getByRole('button', { name: 'New token' }).click();
    const form = page.getByRole('dialog', { name: 'New API token' });
    await expect(form.getByRole('button', { name: 'Make token' })).toBeDisabled();
    await form.getByRole('textbox', { name: /^Name/ }).fill(name);
    await form.getByLabel('Only these clusters and namespaces').fill('shop');
    await page.keyboard.press('Enter');
    await expect(form.getByText('“shop” is no CLUSTER/NAMESPACE')).toBeVisible();
    await page.keyboard.press('Backspace');
    await expectAccessible(page);
    await form.getByRole('button', { name: 'Make token' }).click();

    const shown = page.getByRole('dialog', { name: `Token ${name}` });
    const secret = (
      await shown.getByRole('region', { name: 'Token' }).locator('pre').innerText()
    ).trim();
    expect(secret).toMatch(/^cpa_/);
    await expect(shown.getByRole('region', { name: 'Lines for curl' })).toContainText(secret);
    await shown.getByRole('tab', { name: 'cpa push' }).click();
    await expect(shown.getByText(/cpa push --url/)).toBeVisible();
    await shown.getByRole('tab', { name: 'Fluent Bit' }).click();
    await expect(shown.getByText(/Authorization Bearer/)).toBeVisible();
    await expectAccessible(page);
    await shown.getByRole('button', { name: 'I have kept it' }).click();
    await expect(page.getByText(secret)).toHaveCount(0);
    const row = page.getByRole('row').filter({ hasText: name });
    await expect(row.getByText('Active')).toBeVisible();
    await expectAccessible(page);

    const automation = process.env.STACK_AUTOMATION_URL;
    if (automation) {
      const sent = await page.request.post(`${automation}/api/flows/import?name=by-token.jsonl`, {
        headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/x-ndjson' },
        data: captureFile('tokens', 1).buffer,
      });
      expect(sent.ok(), await sent.text()).toBe(true);
      await page.reload();
      await expect(row.getByText(/^from /)).toBeVisible();
    }

    await row.getByRole('button', { name: `Rotate ${name}` }).click();
    const rotate = page.getByRole('dialog', { name: `Rotate ${name}?` });
    await rotate.getByRole('button', { name: 'Make its successor' }).click();
    await expect(shown).toBeVisible();
    await shown.getByRole('button', { name: 'I have kept it' }).click();
    await expect(row).toHaveCount(2);
    await expect(row.getByText('Being rotated')).toHaveCount(1);

    await row
      .getByRole('button', { name: `Revoke ${name}` })
      .first()
      .click();
    const revoke = page.getByRole('dialog', { name: `Revoke ${name}?` });
    await expect(revoke.getByRole('button', { name: 'Revoke token' })).toBeDisabled();
    await revoke.getByLabel(`Type ${name} to confirm`).fill(name);
    await expectAccessible(page);
    await revoke.getByRole('button', { name: 'Revoke token' }).click();
    await expect(row.getByText('Revoked')).toHaveCount(1);
  });

  test(`the audit is read, filtered, followed to the difference and exported, ${scheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const name = `audited-${scheme}-${Date.now()}`;
    const yaml = (port: number) => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: ${name}
  namespace: audits
spec:
  endpointSelector:
    matchLabels:
      app: web
  ingress:
    - toPorts:
        - ports:
            - port: "${port}"
              protocol: TCP
`;
    const created = await page.request.post('/api/policies', { data: { yaml_content: yaml(80) } });
    expect(created.ok(), await created.text()).toBe(true);
    const { policy_id } = await created.json();
    const saved = await page.request.put(`/api/policies/${policy_id}`, {
      headers: { 'If-Match': created.headers().etag ?? '*' },
      data: { yaml_content: yaml(81), change_summary: 'Follow the move' },
    });
    expect(saved.ok(), await saved.text()).toBe(true);

    await page.goto('/');
    await page.getByRole('link', { name: 'Audit', exact: true }).click();
    await expectPage(page, 'Audit');
    await page.getByLabel('Name of what was changed').fill(name);
    await expect(page).toHaveURL(new RegExp(`name=${name}`));
    const entries = page.locator('main').getByRole('listitem');
    await expect(entries).toHaveCount(2);
    await page.getByLabel('What was done').selectOption('policy.update');
    await expect(page).toHaveURL(/action=policy\.update/);
    await expect(entries).toHaveCount(1);
    await expect(entries).toContainText('local developer saved a policy');
    await expect(entries).toContainText('Follow the move');
    await entries.getByRole('button', { name: /^Details of entry/ }).click();
    await expect(entries.getByText('Hash of the entry')).toBeVisible();
    await expectAccessible(page);

    for (const [label, pattern] of [
      ['NDJSON', /"action":"policy\.update".*\n\{"_end":/],
      ['CSV', /policy\.update/],
    ] as const) {
      await page.getByRole('button', { name: 'Export' }).click();
      const download = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: `as ${label}` }).click();
      const text = await readFile(await (await download).path(), 'utf8');
      expect(text).toMatch(pattern);
      expect(text).toContain(name);
    }

    await entries.getByRole('link', { name: 'version 1 → 2' }).click();
    await expectPage(page, /History/);
    await expect(page.getByText('Compare two', { exact: true })).toBeVisible();
    await expect(page).toHaveURL(/compare=1/);
  });

  test(`storage tells sizes, days and retention, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.request.post('/api/flows/import', {
      headers: { 'Content-Type': 'application/x-ndjson' },
      data: captureFile('storage', 1).buffer,
    });
    await page.goto('/settings/storage');
    await expectPage(page, 'Storage');
    const day = page
      .getByRole('region', { name: 'By day' })
      .getByRole('link', { name: '2026-03-01' });
    await expect(day).toBeVisible();
    await expectAccessible(page);
    await day.click();
    await expectPage(page, 'Traffic');
    await expect(page).toHaveURL(/time_from=2026-03-01T00%3A00%3A00/);
    await expect(page.getByRole('grid')).toBeVisible();
  });
}

test('the audit is not offered to an editor', async ({ page }) => {
  await page.route('**/api/session', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...(await answer.json()), role: 'editor' } });
  });
  await page.goto('/');
  await expect(page.getByRole('link', { name: 'API tokens' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Audit', exact: true })).toHaveCount(0);
});

test('a stream that runs is counted on', async ({ page }) => {
  await page.goto('/import');
  let accepted = 5;
  await page.route('**/api/imports?*', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const [first] = body.items;
    accepted += 5;
    const stream = {
      ...first,
      import_id: 's',
      name: 'cluster north',
      state: 'running',
      stream: true,
    };
    await route.fulfill({ json: { ...body, items: [{ ...stream, accepted }, ...body.items] } });
  });
  await page.reload();
  const row = page.getByRole('listitem').filter({ hasText: 'cluster north' });
  await expect(row.getByText('Streaming')).toBeVisible();
  const shown = await row.getByRole('button').first().innerText();
  expect(shown).toMatch(/\d+ flows/);
  await expect(row.getByRole('button').first()).not.toHaveText(shown);
});
