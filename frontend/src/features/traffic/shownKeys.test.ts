import { expect, it } from 'vitest';
import { shownKeys } from './shownKeys';

it('shows what was kept, in the order of the table, and never nothing', () => {
  const known = ['a', 'b', 'c'];
  expect(shownKeys(['c', 'a'], known, ['b'])).toEqual(['a', 'c']);
  expect(shownKeys(['gone'], known, ['b'])).toEqual(['b']);
  expect(shownKeys([], known, ['b'])).toEqual(['b']);
  expect(shownKeys(null, known, ['b'])).toEqual(['b']);
  expect(shownKeys('broken', known, ['b'])).toEqual(['b']);
});
