/** Whether the sign-on session has ended, told by any answer and shown by the shell. */
let expired = false;
const listeners = new Set<() => void>();

export function setSessionExpired(value: boolean) {
  if (expired === value) return;
  expired = value;
  for (const listener of listeners) listener();
}

export const isSessionExpired = () => expired;

export function onSessionChange(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
