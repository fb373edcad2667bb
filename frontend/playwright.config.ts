import { defineConfig } from '@playwright/test';

// The journeys run against a whole stack (deploy/stack) whose address is in STACK_URL: the real nginx
// with its headers, real workers and a database that the tests may empty.
if (!process.env.STACK_URL) throw new Error('STACK_URL must be the address of a running stack');

export default defineConfig({
  testDir: 'e2e',
  testIgnore: 'sso/**',
  // One database: one test at a time.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  outputDir: 'test-results',
  use: {
    baseURL: process.env.STACK_URL,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--force-color-profile=srgb',
      ],
    },
  },
});
