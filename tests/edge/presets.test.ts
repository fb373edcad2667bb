// Real workers behind each product, by the headers it sends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secret } from './support/attacks.ts';
import { startPortal } from './support/echo.ts';
import { presets, sentBy } from './support/presets.ts';
import { exchange, request } from './support/raw.ts';

for (const [name, preset] of Object.entries(presets)) {
  test(`behind ${name}, the session is vera's`, async () => {
    const port = await startPortal({
      CPA_AUTH_MODE: 'proxy',
      CPA_PROXY_PRESET: name,
      CPA_TRUSTED_PROXIES: '127.0.0.1',
      CPA_PROXY_SECRET_FILE: process.env['PROXY_SECRET_FILE'] ?? '',
      CPA_PUBLIC_URL: 'https://cpa.example.test',
      CPA_ROLE_VIEWER: 'cpa-viewers',
      CPA_ROLE_ADMIN: 'all,staff,cpa-viewers;all staff,cpa-viewers|all staff',
      ...preset.settings,
    });
    const session = async (...lines: string[]) => {
      const bytes = Buffer.from(request('GET /api/session', lines)).toString('latin1');
      const [answer] = await exchange({ port }, bytes);
      assert.equal(answer?.status, 200, answer?.body);
      return JSON.parse(answer.body) as Record<string, unknown>;
    };
    const told = await session(...sentBy(preset), `X-CPA-Proxy-Secret: ${secret}`);
    assert.equal(told['authentication'], 'proxy');
    assert.equal(told['user'], 'vera');
    assert.equal(told['email'], 'vera@example.test');
    assert.equal(told['display_name'], 'V\u00e9ra');
    assert.deepEqual(told['groups'], ['cpa-viewers', 'all staff']);
    assert.equal(told['role'], 'viewer');
    assert.equal((await session(...sentBy(preset)))['role'], 'none');
    // The headers of the other products mean nothing here.
    for (const other of Object.values(presets).filter((one) => one !== preset)) {
      const { role, user } = await session(...sentBy(other), `X-CPA-Proxy-Secret: ${secret}`);
      assert.deepEqual([role, user], ['none', '']);
    }
  });
}
