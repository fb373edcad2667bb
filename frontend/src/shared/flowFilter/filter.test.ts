import { describe, expect, it } from 'vitest';
import type { Facets } from '@/api/types';
import { isEmptyFilter, readFilter, trafficPath, writeFilter } from './codec';
import { addTerm, readPrefix, removeTerm, suggest, termLabel, termsOf } from './terms';

describe('filter in the address', () => {
  it('comes back as it was written', () => {
    const filter = {
      namespace: ['shop', 'kube-system'],
      source_label: ['k8s:app=web'],
      port: [80, 443],
      verdict: ['DROPPED' as const],
      l7: '/api?x=1&y=2',
      time_from: '2026-03-01T10:00:00.000Z',
    };
    const params = writeFilter(filter, new URLSearchParams());
    expect(readFilter(new URLSearchParams(params.toString()))).toEqual(filter);
  });

  it('leaves out what makes no sense', () => {
    const params = new URLSearchParams(
      'port=70000&port=http&port=80&verdict=MAYBE&time_to=yesterday&namespace=&namespace=a&namespace=a&x=1',
    );
    expect(readFilter(params)).toEqual({ port: [80], namespace: ['a'] });
  });

  it('keeps other parameters and replaces its own', () => {
    const params = writeFilter({ port: [53] }, new URLSearchParams('view=connections&port=80'));
    expect(params.toString()).toBe('view=connections&port=53');
  });

  it('knows the empty filter', () => {
    expect(isEmptyFilter({})).toBe(true);
    expect(isEmptyFilter({ l7: 'x' })).toBe(false);
    expect(trafficPath({})).toBe('/traffic');
    expect(trafficPath({ namespace: ['a b'] }, 'connections')).toBe(
      '/traffic?view=connections&namespace=a+b',
    );
  });
});

describe('terms', () => {
  it('are added once, listed and removed', () => {
    const term = { subject: 'port' as const, side: 'either' as const, value: '80' };
    const filter = addTerm(addTerm({}, term), term);
    expect(filter).toEqual({ port: [80] });
    expect(termsOf(filter)).toEqual([term]);
    expect(removeTerm(filter, term)).toEqual({});
  });

  it('keep their side', () => {
    const filter = addTerm({}, { subject: 'namespace', side: 'source', value: 'a' });
    expect(filter).toEqual({ source_namespace: ['a'] });
    expect(termsOf(filter).map(termLabel)).toEqual(['from namespace: a']);
  });
});

const facets: Facets = {
  clusters: [{ value: 'default', count: 9 }],
  namespaces: [
    { value: 'shop', count: 7 },
    { value: 'kube-system', count: 2 },
  ],
  workloads: [{ value: 'shop/web', count: 5 }],
  ports: [
    { value: '8080', count: 5 },
    { value: '53', count: 2 },
  ],
  protocols: [{ value: 'TCP', count: 7 }],
  verdicts: [{ value: 'DROPPED', count: 1 }],
  labels: [{ value: 'k8s:app=web', count: 5 }],
  matching: { flows: 9, connections: 3, exact: true },
};

describe('suggest', () => {
  it('reads sides and subjects', () => {
    expect(readPrefix('from:ns:shop')).toEqual({
      side: 'source',
      subject: 'namespace',
      text: 'shop',
    });
    expect(readPrefix('to: web')).toEqual({ side: 'destination', subject: undefined, text: 'web' });
    expect(readPrefix('http://x')).toMatchObject({ subject: 'l7', text: '//x' });
    expect(readPrefix('k8s:app=web')).toMatchObject({ subject: undefined, text: 'k8s:app=web' });
  });

  it('offers values of every subject, and always the text itself for HTTP and DNS', () => {
    const found = suggest('web', facets, {});
    expect(found.map((item) => `${item.subject} ${item.value}`)).toEqual([
      'workload shop/web',
      'label k8s:app=web',
      'l7 web',
    ]);
  });

  it('keeps to the named subject and side', () => {
    expect(suggest('from:ns:', facets, {})).toEqual([
      { subject: 'namespace', side: 'source', value: 'shop', count: 7 },
      { subject: 'namespace', side: 'source', value: 'kube-system', count: 2 },
    ]);
  });

  it('takes a port that was not seen, but no impossible one', () => {
    expect(suggest('9999', facets, {}).map((item) => item.subject)).toEqual(['port', 'l7']);
    expect(suggest('port:70000', facets, {})).toEqual([]);
  });

  it('does not offer what is there already', () => {
    const found = suggest('shop', facets, { namespace: ['shop'] });
    expect(found.some((item) => item.subject === 'namespace')).toBe(false);
  });
});
