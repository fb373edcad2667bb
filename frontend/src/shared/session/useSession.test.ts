import { expect, it } from 'vitest';
import { hasRole } from './useSession';

it('orders the roles', () => {
  expect(hasRole('viewer', 'viewer')).toBe(true);
  expect(hasRole('viewer', 'editor')).toBe(false);
  expect(hasRole('admin', 'editor')).toBe(true);
  expect(hasRole('none', 'viewer')).toBe(false);
});
