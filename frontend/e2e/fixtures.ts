import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type APIRequestContext, test as base, expect, type Page } from '@playwright/test';

/** What a page must not say. Tests that provoke a failure name the words they expect. */
export class Guard {
  private readonly said: string[] = [];
  private readonly allowed: RegExp[] = [];

  say(text: string) {
    this.said.push(text);
  }

  allow(pattern: RegExp) {
    this.allowed.push(pattern);
  }

  complaints() {
    return this.said.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
  }
}

export const test = base.extend<{ guard: Guard }>({
  // Console errors, uncaught errors and violations of the CSP fail every test.
  guard: [
    async ({ page }, use) => {
      const guard = new Guard();
      page.on('console', (message) => {
        if (message.type() === 'error') guard.say(`console: ${message.text()}`);
      });
      page.on('pageerror', (error) => guard.say(`uncaught: ${error.message}`));
      await page.exposeFunction('reportViolation', (text: string) => guard.say(`CSP: ${text}`));
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          const report = (window as unknown as { reportViolation: (text: string) => void })
            .reportViolation;
          report(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
        });
      });
      await use(guard);
      expect(guard.complaints()).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

interface AxeResult {
  violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[];
}

/** No finding of axe: WCAG 2.2 A and AA, and its best practices. */
export async function expectAccessible(page: Page) {
  // What fades in has its contrast only when it is there.
  await page.waitForFunction(() =>
    document.getAnimations().every((item) => item.playState !== 'running'),
  );
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run: (...args: unknown[]) => Promise<AxeResult> } })
      .axe;
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    const examples = 3;
    return violations.flatMap(({ id, nodes }) =>
      nodes
        .slice(0, examples)
        .map((node) => `${id}: ${node.target.join(' ')}\n${node.failureSummary ?? ''}`),
    );
  });
  expect(found).toEqual([]);
}

/** Everything gone, as on the first day. */
export async function emptyStack(request: APIRequestContext) {
  const flows = await request.delete('/api/flows?all=true');
  expect(flows.ok(), await flows.text()).toBe(true);
  const list = await request.get('/api/policies?limit=1000');
  const { items } = (await list.json()) as { items: { policy_id: string }[] };
  for (const { policy_id } of items) {
    await request.delete(`/api/policies/${policy_id}`, { headers: { 'If-Match': '*' } });
  }
}

/** The main heading says that a page is there. */
export async function expectPage(page: Page, title: string | RegExp) {
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
}
