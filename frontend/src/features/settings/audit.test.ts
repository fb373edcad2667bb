import { expect, it } from 'vitest';
import type { AuditEntry } from '@/api/types';
import { changePath, howText, readAuditFilter, versionsText, writeAuditFilter } from './audit';

const entry = (more: Partial<AuditEntry>) =>
  ({
    action: 'policy.update',
    object: '7',
    before_version: 3,
    after_version: 4,
    role: 'editor',
    auth: 'proxy',
    token: '',
    ...more,
  }) as AuditEntry;

it('links a change to the difference of its versions', () => {
  expect(changePath(entry({}))).toBe('/history/7?version=4&compare=3');
  expect(changePath(entry({ before_version: null, after_version: 1 }))).toBe(
    '/history/7?version=1',
  );
  expect(changePath(entry({ action: 'policy.delete', after_version: null }))).toBe(
    '/history/7?version=3',
  );
  expect(changePath(entry({ action: 'flows.import' }))).toBeUndefined();
});

it('says versions and identity in words', () => {
  expect(versionsText(entry({}))).toBe('version 3 → 4');
  expect(versionsText(entry({ before_version: null }))).toBe('version 4');
  expect(versionsText(entry({ before_version: null, after_version: null }))).toBeUndefined();
  expect(howText(entry({}))).toBe('editor, by single sign-on');
  expect(howText(entry({ auth: 'token', token: 'Qm2', role: '' }))).toBe('by API token Qm2');
});

it('keeps its filter in the address', () => {
  const params = new URLSearchParams('actor=ann&action=policy&time_from=never&name=web');
  const filter = readAuditFilter(params);
  expect(filter).toEqual({ actor: ['ann'], action: ['policy'], name: 'web' });
  expect(readAuditFilter(writeAuditFilter(filter))).toEqual(filter);
});
