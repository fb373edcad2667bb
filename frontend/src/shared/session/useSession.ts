import { useQuery } from '@tanstack/react-query';
import { session } from '@/api/queries/overview';
import type { Role, Session } from '@/api/types';

const RANKS: Role[] = ['none', 'viewer', 'editor', 'admin'];

/** Who is signed in; undefined until it is known. */
export function useSession(): Session | undefined {
  return useQuery(session()).data;
}

export const hasRole = (held: Role, needed: Role) => RANKS.indexOf(held) >= RANKS.indexOf(needed);

/**
 * Whether the reader may do what needs a role. Until it is known nothing is taken away: the server
 * decides anyway.
 */
export function useMay(needed: Role): boolean {
  const held = useSession()?.role;
  return held === undefined || hasRole(held, needed);
}
