import { useEffect, useState } from 'react';

/**
 * For dialogs that are mounted when they open: when they are gone, the focus goes back to where it
 * was, unless something else has taken it by then.
 */
export function useFocusBack() {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      setTimeout(() => {
        const lost = document.activeElement === null || document.activeElement === document.body;
        if (lost && before instanceof HTMLElement && before.isConnected) {
          before.focus({ preventScroll: true });
        }
      });
    },
    [before],
  );
}
