import { sessionExpired } from './problem';
import type { Session } from './types';

/**
 * Whether the sign-on session holds: `over` while calls wait for a new sign-in, `given_up` when the
 * reader chose to go on without; then calls fail at once until one is answered again.
 */
export type SessionState = 'good' | 'over' | 'given_up';

let state: SessionState = 'good';
const listeners = new Set<() => void>();
let waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

function become(next: SessionState) {
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

export const sessionState = () => state;

export function onSessionChange(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** An answer of ours came, or somebody signed in again: who waits goes on. */
export function sessionHolds() {
  const resumed = waiting;
  waiting = [];
  become('good');
  for (const { resolve } of resumed) resolve();
}

/** The reader does not want to sign in now: who waits fails. */
export function giveUpSession() {
  const failed = waiting;
  waiting = [];
  become('given_up');
  for (const { reject } of failed) reject(sessionExpired());
}

/** The session is over. Returns when it holds again; fails when it was given up or the call cancelled. */
export function signedInAgain(signal?: AbortSignal): Promise<void> {
  if (state === 'given_up') return Promise.reject(sessionExpired());
  return new Promise((resolve, reject) => {
    const entry = { resolve, reject };
    waiting.push(entry);
    signal?.addEventListener('abort', () => {
      waiting = waiting.filter((item) => item !== entry);
      reject(new DOMException('Cancelled', 'AbortError'));
    });
    become('over');
  });
}

/** The session is over for a call that cannot wait. */
export function sessionIsOver() {
  if (state === 'good') become('over');
}

/** Who is signed in now, or undefined; asked past all waiting. */
export async function probeSession(): Promise<Session | undefined> {
  try {
    const response = await fetch('/api/session', {
      redirect: 'manual',
      headers: { Accept: 'application/json' },
    });
    if (!response.ok) return undefined;
    const found = (await response.json()) as Session;
    return found.authentication === 'none' ? undefined : found;
  } catch {
    return undefined;
  }
}
