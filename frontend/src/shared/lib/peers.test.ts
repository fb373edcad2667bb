import { describe, expect, it } from 'vitest';
import type { End } from '@/api/types';
import { endView, peerText, serviceText } from './peers';

const end = (part: Partial<End>): End => ({
  class: 'pod',
  cluster: 'default',
  namespace: '',
  workload: '',
  workload_kind: '',
  labels: {},
  address: '',
  ...part,
});

describe('peers', () => {
  it('are named by what tells most', () => {
    expect(peerText(endView(end({ namespace: 'shop', workload: 'web' })))).toBe('shop/web');
    expect(peerText(endView(end({ class: 'kube-apiserver', address: '10.0.0.1' })))).toBe(
      'kube-apiserver',
    );
    const outside = end({ class: 'outside', address: '192.0.2.1' });
    expect(peerText(endView(outside))).toBe('192.0.2.1');
    expect(endView(outside, ['api.example.com'])).toMatchObject({
      name: 'api.example.com',
      detail: '192.0.2.1',
    });
  });
});

describe('services', () => {
  it('never print a port that is not there', () => {
    expect(serviceText({ protocol: 'TCP', port: 80, icmp_type: null })).toBe('80/TCP');
    expect(serviceText({ protocol: 'TCP', port: null, icmp_type: null })).toBe('TCP');
    expect(serviceText({ protocol: 'ICMPv4', port: null, icmp_type: 8 })).toBe('ICMPv4 type 8');
    expect(serviceText({ protocol: '', port: null, icmp_type: null })).toBe('–');
  });
});
