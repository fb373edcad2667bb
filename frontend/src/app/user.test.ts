import { expect, it } from 'vitest';
import { initials, limitText } from './user';

it('shortens names', () => {
  expect(initials('Ann Example')).toBe('AE');
  expect(initials('ann.example@example.com')).toBe('AE');
  expect(initials('ann')).toBe('A');
});

it('says limits in words', () => {
  expect(limitText('*/shop')).toBe('namespace shop');
  expect(limitText('north/*')).toBe('every namespace of cluster north');
  expect(limitText('north/shop')).toBe('namespace shop of cluster north');
});
