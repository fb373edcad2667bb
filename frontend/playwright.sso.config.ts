import { defineConfig } from '@playwright/test';
import base from './playwright.config';

// The journeys of e2e/sso sign in first: SSO_URL is the address of a proxy in front of the stack that
// asks an OpenID provider (tests/sso).
if (!process.env.SSO_URL) throw new Error('SSO_URL must be the address of the proxy');

export default defineConfig(base, {
  testDir: 'e2e/sso',
  testIgnore: [],
  use: { baseURL: process.env.SSO_URL },
});
