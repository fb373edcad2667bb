import { describe, expect, it } from 'vitest';
import { DEFAULTS, requestOf } from './options';

const source = { filter: { namespace: ['shop'] }, label: '' };

describe('requestOf', () => {
  it('sends flow ids or the filter, never both', () => {
    expect(requestOf(source, DEFAULTS)).toMatchObject({ filter: { namespace: ['shop'] } });
    const byIds = requestOf({ flowIds: ['a'], label: '' }, DEFAULTS);
    expect(byIds.flow_ids).toEqual(['a']);
    expect(byIds).not.toHaveProperty('filter');
  });

  it('leaves out a name that is not one yet', () => {
    expect(requestOf(source, { ...DEFAULTS, name: 'Web-' })).not.toHaveProperty('policy_name');
    expect(requestOf(source, { ...DEFAULTS, name: 'web' }).policy_name).toBe('web');
  });

  it('restricts to a namespace or a workload', () => {
    const restricted = (subject: string) => requestOf(source, { ...DEFAULTS, subject }).options;
    expect(restricted('shop/')).toMatchObject({ namespace: 'shop' });
    expect(restricted('shop/')).not.toHaveProperty('workload');
    expect(restricted('shop/web')).toMatchObject({ namespace: 'shop', workload: 'web' });
    expect(restricted('')).not.toHaveProperty('namespace');
  });
});
