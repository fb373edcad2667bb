import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { probeSession, sessionHolds } from '@/api/session';
import classes from './SessionBanner.module.css';

/** The session is over and the reader chose to go on without: nothing can be loaded or saved. */
export function SessionBanner({ signInUrl }: { signInUrl: string | null }) {
  return (
    <div className={classes.banner} role="alert">
      <IconLock size={18} aria-hidden />
      <div>
        <strong>You are not signed in.</strong> What you typed is kept, but nothing can be loaded or
        saved until you sign in again.
      </div>
      <Button
        component="a"
        href={signInUrl ?? '/'}
        target="_blank"
        rel="noreferrer"
        size="compact-sm"
      >
        Sign in in a new tab
      </Button>
      <Button
        variant="default"
        size="compact-sm"
        onClick={async () => {
          if (await probeSession()) sessionHolds();
        }}
      >
        I have signed in
      </Button>
    </div>
  );
}
