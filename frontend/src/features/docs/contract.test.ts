import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Contract, curl, operations, typeText } from './contract';

const contract = JSON.parse(readFileSync('public/openapi.json', 'utf8')) as Contract;
const all = operations(contract);
const find = (id: string) => {
  const found = all.find((operation) => operation.id === id);
  if (!found) throw new Error(`no operation ${id}`);
  return found;
};

describe('the contract as the page reads it', () => {
  it('has every operation with a role and a summary', () => {
    expect(all.length).toBeGreaterThan(20);
    for (const operation of all) {
      expect(operation.summary).not.toBe('');
      expect(['none', 'viewer', 'editor', 'admin']).toContain(operation.role);
      for (const scope of operation.scopes) expect(scope).toMatch(/^[a-z]+:[a-z]+$/);
    }
  });

  it('resolves parameters and answers', () => {
    const list = find('listFlows');
    expect(list.parameters.map((item) => item.name)).toContain('namespace');
    expect(list.responses.find((response) => response.status === '400')?.description).not.toBe('');
  });

  it('writes curl lines that a shell reads', () => {
    expect(curl(find('getSession'), 'http://h')).toBe('curl -sS "http://h/api/session"');
    expect(curl(find('listFlows'), 'http://h')).toBe(
      'curl -sS "http://h/api/flows" \\\n  -H "Authorization: Bearer $CPA_TOKEN"',
    );
    const update = curl(find('updatePolicy'), 'http://h');
    expect(update).toContain('-X PUT "http://h/api/policies/$POLICY_ID"');
    expect(update).toContain("-H 'If-Match: *'");
    expect(curl(find('importFlows'), 'http://h')).toContain('--data-binary @flows.jsonl');
    expect(curl(find('deleteFlows'), 'http://h')).toContain('"http://h/api/flows?namespace=shop"');
    expect(curl(find('deleteFlows'), 'http://h')).not.toContain('CPA_TOKEN');
  });
});

describe('typeText', () => {
  it('says a schema in a few words', () => {
    expect(typeText({ $ref: '#/components/schemas/Flow' })).toBe('Flow');
    expect(typeText({ type: 'array', items: { type: 'string' } })).toBe('list of string');
    expect(typeText({ type: ['string', 'null'], format: 'date-time' })).toBe(
      'string or null (date-time)',
    );
    expect(typeText({ enum: ['a', 'b'] })).toBe('"a" | "b"');
  });
});
