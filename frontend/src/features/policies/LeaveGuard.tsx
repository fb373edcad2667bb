import { type RefObject, useEffect } from 'react';
import { useBlocker } from 'react-router';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';

interface Props {
  when: boolean;
  /** Set by an action that leaves on purpose. */
  ignore: RefObject<boolean>;
}

/** Asks before an edit that was not saved is lost, be it by a link or by closing the tab. */
export function LeaveGuard({ when, ignore }: Props) {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      when && !ignore.current && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!when) return;
    const warn = (event: BeforeUnloadEvent) => {
      if (!ignore.current) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [when, ignore]);

  return (
    <ConfirmDialog
      opened={blocker.state === 'blocked'}
      title="Leave without saving?"
      confirm="Leave without saving"
      danger
      onConfirm={() => blocker.proceed?.()}
      onClose={() => blocker.reset?.()}
    >
      Your changes to this policy are not saved and would be lost.
    </ConfirmDialog>
  );
}
