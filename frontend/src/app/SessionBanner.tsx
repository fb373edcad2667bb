import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { isSessionExpired, onSessionChange } from '@/api/session';
import classes from './SessionBanner.module.css';

/** The page stays as it is, so that nothing typed is lost. */
export function SessionBanner() {
  const expired = useSyncExternalStore(onSessionChange, isSessionExpired);
  if (!expired) return null;
  return (
    <div className={classes.banner} role="alert">
      <IconLock size={18} aria-hidden />
      <div>
        <strong>Your session has ended.</strong> Sign in in a new tab, then come back and try again;
        what you typed here is kept. Or reload this page.
      </div>
      <Button component="a" href="/" target="_blank" rel="noreferrer" size="compact-sm">
        Sign in in a new tab
      </Button>
      <Button variant="default" size="compact-sm" onClick={() => location.reload()}>
        Reload
      </Button>
    </div>
  );
}
