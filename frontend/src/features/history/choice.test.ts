import { describe, expect, it } from 'vitest';
import { readChoice, writeChoice } from './choice';

const read = (text: string) => readChoice(new URLSearchParams(text), 5);

describe('choice of versions', () => {
  it('is the latest one without an address', () => {
    expect(read('')).toEqual({ version: 5, compare: undefined });
  });

  it('ignores versions that do not exist and a comparison with itself', () => {
    expect(read('version=9&compare=0')).toEqual({ version: 5, compare: undefined });
    expect(read('version=x')).toEqual({ version: 5, compare: undefined });
    expect(read('version=3&compare=3')).toEqual({ version: 3, compare: undefined });
  });

  it('comes back as it was written', () => {
    for (const choice of [
      { version: 5, compare: 4 },
      { version: 2, compare: undefined },
    ]) {
      expect(readChoice(writeChoice(choice, 5), 5)).toEqual(choice);
    }
  });
});
