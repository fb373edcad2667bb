import { describe, expect, it } from 'vitest';
import { pathAt } from './cursorPath';

/** The cursor is at the bar. */
function at(marked: string) {
  const offset = marked.indexOf('|');
  return pathAt(marked.replace('|', ''), offset);
}

describe('pathAt', () => {
  it('is empty at the top level', () => {
    expect(at('ki|')).toMatchObject({ path: [], key: undefined, typed: 'ki' });
  });

  it('names the key whose value is typed', () => {
    expect(at('kind: Cil|')).toMatchObject({ path: [], key: 'kind', typed: 'Cil' });
  });

  it('follows indentation', () => {
    expect(at('spec:\n  egr|')).toMatchObject({ path: ['spec'], typed: 'egr' });
    expect(at('spec:\n  endpointSelector:\n    matchLabels:\n      app: a\n  |').path).toEqual([
      'spec',
    ]);
  });

  it('enters list items, indented or at the column of their key', () => {
    expect(at('spec:\n  egress:\n    - to|').path).toEqual(['spec', 'egress', 0]);
    expect(at('spec:\n  egress:\n  - to|').path).toEqual(['spec', 'egress', 0]);
  });

  it('sees a sibling key of a list item', () => {
    const text = 'spec:\n  egress:\n    - toEndpoints:\n        - matchLabels: {}\n      toP|';
    expect(at(text).path).toEqual(['spec', 'egress', 0]);
  });

  it('handles several dashes on one line', () => {
    const text =
      'spec:\n  egress:\n    - toPorts:\n        - ports:\n            - port: "80"\n              pro|';
    expect(at(text).path).toEqual(['spec', 'egress', 0, 'toPorts', 0, 'ports', 0]);
    expect(at('a:\n  - - b|').path).toEqual(['a', 0, 0]);
  });

  it('takes entities of a list as values', () => {
    expect(at('spec:\n  egress:\n    - toEntities:\n        - wor|').path).toEqual([
      'spec',
      'egress',
      0,
      'toEntities',
      0,
    ]);
  });

  it('stops at the document above and reads its own kind', () => {
    const text = 'kind: A\nspec:\n---\nkind: CiliumNetworkPolicy\nmetadata:\n  na|';
    expect(at(text)).toMatchObject({ path: ['metadata'], kind: 'CiliumNetworkPolicy' });
  });

  it('is not led astray by comments and blank lines', () => {
    expect(at('spec:\n# note:\n\n  # another: one\n  in|').path).toEqual(['spec']);
  });
});
