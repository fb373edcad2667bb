import { captureFile } from './capture';
import { emptyStack, expect, expectPage, test } from './fixtures';

test.describe('on the first day', () => {
  test.beforeAll(async ({ playwright }) => {
    const request = await playwright.request.newContext({ baseURL: process.env.STACK_URL });
    await emptyStack(request);
    await request.dispose();
  });

  test('the dashboard names the first steps and loads the sample data', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByText('Nothing is recorded yet')).toBeVisible();
    await page.getByRole('button', { name: 'Load sample data' }).click();
    await expect(page.getByText('Sample data loaded')).toBeVisible();
    await expect(page.getByRole('region', { name: 'Traffic over time' })).toBeVisible();
    await expect(page.getByRole('img', { name: /^Events from/ })).toBeVisible();
    await page.getByRole('button', { name: 'Show as table' }).click();
    await expect(page.getByRole('columnheader', { name: 'Forwarded' })).toBeVisible();
    const unprotected = page.getByRole('region', { name: 'Workloads without a policy' });
    await unprotected
      .getByRole('button', { name: /^Generate a policy for/ })
      .first()
      .click();
    await expect(page.getByRole('dialog', { name: 'Generate policy' })).toBeVisible();
    await expect(page.getByLabel(/^YAML of/)).toContainText('kind: CiliumNetworkPolicy');
    await emptyStack(page.request);
  });

  test('other pages say what to do next', async ({ page }) => {
    await page.goto('/traffic');
    await expect(page.getByText('No traffic was recorded yet')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Import flows' })).toBeVisible();
    await page.goto('/policies');
    await expect(page.getByText('There are no policies yet')).toBeVisible();
    await page.goto('/history');
    await expect(page.getByText('Choose a policy to see its versions')).toBeVisible();
    await page.goto('/simulation');
    await expect(page.getByText('Nothing was simulated yet')).toBeVisible();
    await page.goto('/nowhere');
    await expect(page.getByText('There is no page at this address')).toBeVisible();
  });
});

test('a filter that nothing matches can be cleared', async ({ page }) => {
  await page.request.post('/api/samples');
  await page.goto('/traffic?namespace=no-such-namespace');
  await expect(page.getByText('No traffic matches this filter')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect(page.getByRole('grid', { name: 'Flows' })).toBeVisible();
  await expect(page).toHaveURL(/\/traffic$/);
});

test('flows can be pasted, but not into a field', async ({ page }) => {
  await page.goto('/import');
  const paste = (text: string, selector: string) =>
    page.evaluate(
      ([pasted, where]) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', pasted);
        document
          .querySelector(where)
          ?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
      },
      [text, selector] as const,
    );
  await expect(page.getByText('Drop or paste flows here')).toBeVisible();
  const text = captureFile('pasted', 1).buffer.toString();
  await paste('not flows', 'input[type=file]');
  await paste(text, 'body');
  const session = page.getByRole('region', { name: 'This session' });
  await expect(session.getByText('pasted text', { exact: true })).toHaveCount(1);
  await expect(session.getByText('Done', { exact: true })).toBeVisible();
  await expect(session.getByRole('link', { name: 'View these flows' })).toBeVisible();
});

test('names as long as Kubernetes allows break no page', async ({ page }) => {
  const namespace = 'n'.repeat(63);
  const workload = 'w'.repeat(63);
  const flow = {
    timestamp: '2026-11-20T10:00:00Z',
    source_namespace: namespace,
    source_pod: `${workload}-0`,
    source_labels: { app: workload },
    destination_namespace: namespace,
    destination_pod: `${'d'.repeat(61)}-0`,
    destination_labels: { app: 'd'.repeat(63) },
    destination_port: 65535,
    protocol: 'TCP',
  };
  const stored = await page.request.post('/api/flows', { data: flow });
  expect(stored.ok(), await stored.text()).toBe(true);
  const created = await page.request.post('/api/policies', {
    data: {
      yaml_content: `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: ${'p'.repeat(253)}
  namespace: ${namespace}
spec:
  endpointSelector:
    matchLabels:
      app: ${workload}
  ingress:
  - fromEndpoints:
    - matchLabels:
        app: nobody
`,
      change_summary: 's'.repeat(500),
    },
  });
  expect(created.ok(), await created.text()).toBe(true);
  const { policy_id: id } = (await created.json()) as { policy_id: string };
  const made = await page.request.post('/api/tokens', {
    data: { name: 't'.repeat(63), scopes: ['flows:write'] },
  });
  expect(made.ok(), await made.text()).toBe(true);
  const paths = [
    '/',
    '/traffic',
    '/map',
    '/import',
    '/policies',
    `/policies/${id}`,
    `/history/${id}`,
    `/simulation?policy=${id}`,
    '/settings/audit',
    '/settings/tokens',
  ];
  for (const width of [1440, 1024, 400]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of paths) {
      await page.goto(path);
      if (path.startsWith('/simulation')) {
        await page.getByRole('button', { name: 'Run simulation' }).click();
        await expect(page.getByText('Rules that nothing hits')).toBeVisible();
      }
      await page.waitForLoadState('networkidle');
      const overflow = await page.evaluate(() => {
        const main = document.querySelector('main');
        return Math.max(
          document.documentElement.scrollWidth - document.documentElement.clientWidth,
          (main?.scrollWidth ?? 0) - (main?.clientWidth ?? 0),
        );
      });
      expect(overflow, `${path} at ${width} pixels`).toBeLessThanOrEqual(0);
    }
  }
  await page.goto('/policies');
  await page.setViewportSize({ width: 1440, height: 800 });
  await expect(page.getByRole('columnheader', { name: 'Namespace' })).toBeInViewport();
  await page.request.delete(`/api/flows?namespace=${namespace}`);
  await page.request.delete(`/api/policies/${id}`, { headers: { 'If-Match': '*' } });
  const { token_id: tokenId } = (await made.json()) as { token_id: string };
  await page.request.delete(`/api/tokens/${tokenId}`);
});

test('an import with broken lines keeps the good ones and shows the bad', async ({ page }) => {
  await page.goto('/import');
  const good = captureFile('states', 1);
  const text = good.buffer
    .toString()
    .replace('"destination_port":8080', '"destination_port":70000');
  await page.locator('input[type=file]').setInputFiles([
    { ...good, name: 'broken.jsonl', buffer: Buffer.from(`${text}{not json\n`) },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('just some words\n') },
  ]);
  const session = page.getByRole('region', { name: 'This session' });
  const broken = session.getByRole('listitem').filter({ hasText: 'broken.jsonl' }).first();
  await expect(broken.getByText('Done', { exact: true })).toBeVisible();
  await expect(broken.getByText('Rejected', { exact: true }).locator('..')).toContainText('2');
  await expect(broken.getByRole('cell', { name: 'flow.l4.TCP.destination_port' })).toBeVisible();
  const notes = session.getByRole('listitem').filter({ hasText: 'notes.txt' }).first();
  await expect(notes.getByText('Done', { exact: true })).toBeVisible();
  await expect(notes.getByRole('link', { name: 'View these flows' })).toHaveCount(0);
});

test('the same file twice counts once', async ({ page }) => {
  await page.goto('/import');
  const file = captureFile('twice', 1);
  const input = page.locator('input[type=file]');
  await input.setInputFiles(file);
  const session = page.getByRole('region', { name: 'This session' });
  await expect(session.getByText('Done', { exact: true })).toBeVisible();
  await input.setInputFiles(file);
  await expect(session.getByText('Imported before')).toBeVisible();
});

test('an upload can be cancelled and tried again', async ({ page, guard }) => {
  guard.allow(/Failed to load resource/);
  await page.goto('/import');
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/flows/import*', async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  await page.locator('input[type=file]').setInputFiles(captureFile('cancelled', 1));
  await page.getByRole('button', { name: 'Cancel cancelled.jsonl' }).click();
  await expect(page.getByText('Nothing of this file was stored')).toBeVisible();
  release();
  await page.unroute('**/api/flows/import*');
  await page.getByRole('button', { name: 'Try cancelled.jsonl again' }).click();
  await expect(
    page.getByRole('region', { name: 'This session' }).getByText('Done', { exact: true }),
  ).toBeVisible();
});

test('a failing server is told with its request id, and can be tried again', async ({
  page,
  guard,
}) => {
  guard.allow(/status of 500/);
  await page.route('**/api/dashboard', (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail: 'Something broke on purpose.',
        code: 'internal',
        request_id: 'req-0815',
      }),
    }),
  );
  await page.goto('/');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Internal Server Error');
  await expect(alert).toContainText('Something broke on purpose.');
  await expect(alert).toContainText('req-0815');
  await page.unroute('**/api/dashboard');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(alert).toBeHidden();
});

test('a policy that is not there is told so', async ({ page, guard }) => {
  guard.allow(/status of 404/);
  await page.goto('/policies/987654321');
  await expectPage(page, 'Policy');
  await expect(page.getByRole('alert')).toContainText('Not Found');
});
