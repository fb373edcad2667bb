// The listener for automation, where API tokens alone are taken.
import assert from 'node:assert/strict';
import { type Body, call } from './client.ts';

export const automation =
  process.env['STACK_AUTOMATION_URL'] ?? assert.fail('STACK_AUTOMATION_URL is not set: run tests/run api');

/** The text of a new token with these scopes. */
export async function automationToken(scopes: Body<'createToken'>['scopes']): Promise<string> {
  return (await call('createToken', { json: { name: 'of a test', scopes } })).token;
}
