import { expect, it } from 'vitest';
import { stack } from './stack';

it('puts each series on top of those before it', () => {
  expect(
    stack([
      [1, 2],
      [10, 0],
      [0, 5],
    ]),
  ).toEqual([
    [1, 2],
    [11, 2],
    [11, 7],
  ]);
});
