import { describe, expect, it } from 'vitest';
import { isNothing, isSelected, NOTHING, type Selection, setRange, toggle } from './selection';

const loaded = ['a', 'b', 'c', 'd'];
const ids = (selection: Selection) =>
  selection.mode === 'all' ? 'all' : [...selection.ids].sort();

describe('selection', () => {
  it('toggles one row', () => {
    const one = toggle(NOTHING, 'b', loaded);
    expect(ids(one)).toEqual(['b']);
    expect(isNothing(toggle(one, 'b', loaded))).toBe(true);
  });

  it('leaves the other loaded rows when one of all is unticked', () => {
    expect(ids(toggle({ mode: 'all' }, 'c', loaded))).toEqual(['a', 'b', 'd']);
  });

  it('selects and clears ranges in both directions', () => {
    const range = setRange(NOTHING, 'd', 'b', loaded, true);
    expect(ids(range)).toEqual(['b', 'c', 'd']);
    expect(ids(setRange(range, 'b', 'c', loaded, false))).toEqual(['d']);
  });

  it('takes only the target when the anchor is gone', () => {
    expect(ids(setRange(NOTHING, 'x', 'b', loaded, true))).toEqual(['b']);
    expect(setRange(NOTHING, 'a', 'x', loaded, true)).toBe(NOTHING);
  });

  it('counts every row as selected when all are', () => {
    expect(isSelected({ mode: 'all' }, 'not loaded')).toBe(true);
  });
});
