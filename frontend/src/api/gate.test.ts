import { expect, it } from 'vitest';
import { gate } from './gate';

it('runs so many at a time, all of them, in order', async () => {
  const pass = gate(2);
  const finish: (() => void)[] = [];
  const began: number[] = [];
  const all = [0, 1, 2, 3].map((index) =>
    pass(async () => {
      began.push(index);
      await new Promise<void>((resolve) => finish.push(resolve));
      return index;
    }),
  );
  await Promise.resolve();
  expect(began).toEqual([0, 1]);
  for (let i = 0; i < 4; i++) {
    finish[i]?.();
    await new Promise((resolve) => setTimeout(resolve));
  }
  expect(began).toEqual([0, 1, 2, 3]);
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3]);
});

it('gives the place of a failed or aborted one to the next', async () => {
  const pass = gate(1);
  const aborted = new AbortController();
  aborted.abort();
  await expect(pass(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(pass(async () => 1, aborted.signal)).rejects.toThrow();
  expect(await pass(async () => 2)).toBe(2);
});
