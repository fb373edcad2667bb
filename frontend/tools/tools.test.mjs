// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { importsOf, judge } from './check-imports.mjs';
import { strip } from './gen-cnp-schema.mjs';
import { overBudget, reachable } from './size-budget.mjs';

describe('size budget', () => {
  it('counts each chunk that comes with an entry once', () => {
    const manifest = {
      a: { imports: ['b', 'c'] },
      b: { imports: ['c'] },
      c: {},
      d: { imports: ['a'] },
    };
    expect(reachable(manifest, ['a']).sort()).toEqual(['a', 'b', 'c']);
  });

  it('reports only what is over', () => {
    const rows = [
      { name: 'fits', kilobytes: 10, limit: 10 },
      { name: 'over', kilobytes: 10.1, limit: 10 },
    ];
    expect(overBudget(rows).map((row) => row.name)).toEqual(['over']);
  });
});

describe('import arrows', () => {
  it('keeps features apart, save generate', () => {
    expect(judge('features/traffic/page.tsx', '@/features/policies/x')).toContain(
      'must not import',
    );
    expect(judge('features/traffic/page.tsx', '../policies/x')).toContain('must not import');
    expect(
      judge('features/traffic/page.tsx', '@/features/generate/GenerateDrawer'),
    ).toBeUndefined();
    expect(judge('features/traffic/page.tsx', './rows')).toBeUndefined();
  });

  it('keeps layers below from looking up', () => {
    expect(judge('shared/ui/Card.tsx', '@/features/traffic/page')).toContain('shared must not');
    expect(judge('api/client.ts', '@/shared/lib/format')).toContain('api must not');
  });

  it('keeps heavy libraries in their folder', () => {
    expect(judge('features/policies/x.tsx', '@codemirror/view')).toContain('shared/yaml');
    expect(judge('shared/yaml/CodeEditor.tsx', '@codemirror/view')).toBeUndefined();
  });

  it('finds static and dynamic imports', () => {
    const source =
      "import a from 'x';\nimport 'y.css';\nconst b = import('z');\nexport { c } from 'w';";
    expect(importsOf(source)).toEqual(['x', 'y.css', 'z', 'w']);
  });
});

describe('CRD schema', () => {
  it('drops descriptions and patterns that JavaScript would read otherwise', () => {
    const stripped = strip({
      type: 'object',
      description: 'long',
      properties: {
        name: { type: 'string', pattern: '^\\PC*$' },
        port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }] },
      },
    });
    expect(stripped).toEqual({
      type: 'object',
      properties: { name: { type: 'string' }, port: { type: ['integer', 'string'] } },
    });
  });

  it('replaces patterns that a backtracking engine cannot bear', () => {
    expect(strip({ pattern: '^([-a-zA-Z0-9_]+[.]?)+$' }).pattern).not.toContain('+[.]?)+');
  });
});
