import type { Session } from '@/api/types';
import type { TagTone } from '@/shared/ui/Tag';

export const HOW: Record<Session['authentication'], string> = {
  none: 'not signed in',
  proxy: 'single sign-on',
  token: 'API token',
  dev: 'dev mode',
};

export const ROLE_TONES: Record<Session['role'], TagTone> = {
  none: 'denied',
  viewer: 'neutral',
  editor: 'info',
  admin: 'warning',
};

export const displayedName = (session: Session) => session.display_name || session.user || 'Nobody';

/** "AE" of "Ann Example" and of "ann.example@example.com" */
export const initials = (name: string) =>
  (name.split('@')[0] ?? '')
    .split(/[\s._-]+/)
    .slice(0, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join('');

/** "cluster/namespace" with * for any, in words. */
export function limitText(limit: string): string {
  const [cluster = '*', namespace = '*'] = limit.split('/');
  const where = namespace === '*' ? 'every namespace' : `namespace ${namespace}`;
  return cluster === '*' ? where : `${where} of cluster ${cluster}`;
}
