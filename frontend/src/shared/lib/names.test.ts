import { describe, expect, it } from 'vitest';
import { nameProblem } from './names';

describe('nameProblem', () => {
  it('takes DNS-1123 names', () => {
    for (const name of ['a', 'web-1', 'shop.web', '0', 'a'.repeat(253)]) {
      expect(nameProblem(name)).toBeUndefined();
    }
  });

  it('refuses all else', () => {
    for (const name of ['', 'Web', '-a', 'a-', 'a..b', 'a_b', 'ä', 'a'.repeat(254)]) {
      expect(nameProblem(name)).toBeDefined();
    }
  });
});
