import { expect, it } from 'vitest';
import type { NewToken, Scope } from '@/api/types';
import { guessAutomationUrl, limitProblem, recipes } from './tokens';

const made = (...scopes: Scope[]) => ({ token: 'cpa_i_x_y', scopes }) as NewToken;

it('has a line for every shipper, with the token in the environment', () => {
  const list = recipes(made('flows:write'), 'https://cpa.example.org:8081/');
  expect(list.map((item) => item.label)).toEqual(['curl', 'cpa push', 'Fluent Bit']);
  const [curl, push, bit] = list.map((item) => item.text);
  expect(curl).toContain("'https://cpa.example.org:8081/api/flows/import?name=flows.jsonl'");
  expect(curl?.split('\n').filter((line) => line.includes('cpa_i_x_y'))).toEqual([
    'export CPA_TOKEN=cpa_i_x_y',
  ]);
  expect(push).toContain("cpa push --url 'https://cpa.example.org:8081' -");
  expect(bit).toContain('port: 8081');
  expect(bit).toContain('tls: true');
});

it('asks for something that the token may read', () => {
  const path = (...scopes: Scope[]) => recipes(made(...scopes), 'http://h')[0]?.text ?? '';
  expect(path('policies:read')).toContain('/api/policies/download');
  expect(path('flows:read')).toContain('/api/connections');
  expect(path('audit:read')).toContain('/api/audit');
});

it('quotes what a shell would read', () => {
  expect(recipes(made('flows:write'), "http://h/'$(x)")[1]?.text).toContain("'http://h/'\\''$(x)'");
});

it('knows limits, and guesses the address of the listener', () => {
  expect(limitProblem(['*/shop', 'north/*'])).toBeUndefined();
  expect(limitProblem(['shop'])).toContain('“shop”');
  expect(guessAutomationUrl({ protocol: 'https:', hostname: 'cpa' })).toBe('https://cpa:8081');
});
