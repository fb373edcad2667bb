import { readFile } from 'node:fs/promises';
import { captureFile } from './capture';
import { expect, expectAccessible, expectPage, test } from './fixtures';

const NAMESPACE = 'journey';

test('import, filter, select, generate, edit, save, compare, restore, download', async ({
  page,
}) => {
  await page.goto('/import');
  await expectPage(page, 'Import');

  await test.step('import a file and look at its flows', async () => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose files' }).click();
    await (await chooser).setFiles(captureFile(NAMESPACE));
    const session = page.getByRole('region', { name: 'This session' });
    await expect(session.getByText('Done', { exact: true })).toBeVisible();
    await expect(session.getByText('Flows accepted').locator('..')).toContainText('40');
    await session.getByRole('link', { name: 'View these flows' }).click();
    await expectPage(page, 'Traffic');
    await expect(page.getByRole('grid', { name: 'Flows' })).toBeVisible();
  });

  await test.step('filter by namespace and port', async () => {
    await page.getByRole('button', { name: 'Namespaces: All namespaces' }).click();
    await page.getByRole('checkbox', { name: new RegExp(`^${NAMESPACE}`) }).click();
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(/namespace=journey/);
    await page.getByLabel('Add a condition').fill('port:8080');
    await page.getByRole('option', { name: /8080/ }).click();
    await expect(page).toHaveURL(/port=8080/);
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '11');
    await page.keyboard.press('Escape');
  });

  await test.step('select a range and all', async () => {
    const ticks = page.getByRole('grid').getByRole('checkbox', { name: /^Select journey/ });
    await ticks.nth(1).click();
    await ticks.nth(4).click({ modifiers: ['Shift'] });
    await expect(page.getByText('4 flows selected')).toBeVisible();
    await page.getByRole('checkbox', { name: 'Select all that match' }).click();
    await expect(page.getByText('All 10 flows that match the filter are selected')).toBeVisible();
  });

  await test.step('generate with a live preview', async () => {
    await page.getByRole('button', { name: 'Generate policy' }).click();
    const drawer = page.getByRole('dialog', { name: 'Generate policy' });
    await expect(drawer.getByLabel(/^YAML of/)).toContainText('CiliumNetworkPolicy');
    await drawer
      .getByLabel('Policies for')
      .selectOption({ label: `api in namespace ${NAMESPACE}` });
    await expect(drawer.getByLabel(/^YAML of/)).toContainText('8080');
    await drawer.getByLabel('Policy name').fill('Journey');
    await expect(drawer.getByText(/Lower-case letters/)).toBeVisible();
    await drawer.getByLabel('Policy name').fill('journey-api');
    await expect(drawer.getByLabel('YAML of journey-api')).toBeVisible();
    await expect(drawer.getByText('Covers')).toBeVisible();
    await expectAccessible(page);
    await drawer.getByRole('button', { name: 'Save policy' }).click();
    await expectPage(page, /journey-api/);
  });

  await test.step('edit and save with a summary', async () => {
    const editor = page.getByRole('textbox', { name: 'YAML of journey-api' });
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('# reviewed by hand');
    await expect(page.getByText('Not saved')).toBeVisible();
    await page.keyboard.press('Control+s');
    const dialog = page.getByRole('dialog', { name: 'Save journey-api' });
    await expect(dialog.getByRole('button', { name: 'Save version 2' })).toBeDisabled();
    await dialog.getByLabel('What changes, and why?').fill('Say who reviewed it');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Save version 2' }).click();
    await expect(page.getByText('Not saved')).toBeHidden();
    await expect(page.getByText(/version 2, changed by/)).toBeVisible();
  });

  await test.step('compare the versions', async () => {
    await page.getByRole('link', { name: 'History' }).last().click();
    await expectPage(page, 'History');
    await expect(page.getByText('Say who reviewed it').first()).toBeVisible();
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'From version 1 to version 2' })).toBeVisible();
    await expect(page.getByLabel('Version 2', { exact: true })).toContainText('# reviewed by hand');
    await expect(page.getByLabel('Version 1', { exact: true })).not.toContainText('# reviewed');
    await page.getByText('In one').click();
    await expect(page.getByLabel(/differences in one text/)).toContainText('# reviewed by hand');
    await expectAccessible(page);
  });

  await test.step('restore the first version', async () => {
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    const dialog = page.getByRole('dialog', { name: 'Restore version 1?' });
    await dialog.getByRole('button', { name: 'Restore as version 3' }).click();
    await expect(
      page.getByRole('button', { name: /Version 3 Restored from 1 Current/ }),
    ).toBeVisible();
  });

  await test.step('download what the API has', async () => {
    await page.getByRole('link', { name: 'Open the editor' }).click();
    await expectPage(page, /journey-api/);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const file = await readFile(await (await download).path(), 'utf8');
    const policyId = new URL(page.url()).pathname.split('/').at(-1);
    const stored = await (await page.request.get(`/api/policies/${policyId}`)).json();
    expect(file).toBe(stored.yaml_content);
    expect(file).toContain('kind: CiliumNetworkPolicy');
    expect(file).not.toContain('# reviewed by hand');
  });
});

test('a stale save loses nothing', async ({ page, guard }) => {
  guard.allow(/status of 412/);
  const yaml = (port: number) => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: contested
  namespace: ${NAMESPACE}
spec:
  endpointSelector:
    matchLabels:
      app: web
  egress:
    - toEndpoints:
        - matchLabels:
            app: api
      toPorts:
        - ports:
            - port: "${port}"
              protocol: TCP
`;
  const created = await page.request.post('/api/policies', { data: { yaml_content: yaml(1) } });
  expect(created.ok(), await created.text()).toBe(true);
  const { policy_id } = await created.json();
  await page.goto(`/policies/${policy_id}`);
  await page.getByRole('textbox', { name: 'YAML of contested' }).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('# mine');

  const theirs = await page.request.put(`/api/policies/${policy_id}`, {
    headers: { 'If-Match': created.headers().etag ?? '' },
    data: { yaml_content: yaml(2), change_summary: 'theirs' },
  });
  expect(theirs.ok(), await theirs.text()).toBe(true);

  await page.keyboard.press('Control+s');
  await page.getByLabel('What changes, and why?').fill('mine');
  await page.getByRole('button', { name: 'Save version 2' }).click();
  const dialog = page.getByRole('dialog', { name: 'Somebody else saved this policy' });
  await expect(dialog.getByLabel('Version 2, stored')).toContainText('port: "2"');
  await expect(dialog.getByLabel('Yours')).toContainText('# mine');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save mine as version 3' }).click();
  await expect(page.getByText(/version 3, changed by/)).toBeVisible();
  const stored = await (await page.request.get(`/api/policies/${policy_id}`)).json();
  expect(stored.yaml_content).toContain('# mine');
});

test('an edit that is not saved is not lost by a click', async ({ page }) => {
  await page.goto('/policies/new');
  await page.getByRole('textbox', { name: 'YAML of the new policy' }).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('# not saved');
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'Traffic' })
    .click();
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expectPage(page, 'New policy');
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'Traffic' })
    .click();
  await dialog.getByRole('button', { name: 'Leave without saving' }).click();
  await expectPage(page, 'Traffic');
});
