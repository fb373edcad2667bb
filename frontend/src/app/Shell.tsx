import { Burger } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Outlet, ScrollRestoration, useLocation, useNavigation } from 'react-router';
import { session as sessionQuery } from '@/api/queries/overview';
import { onSessionChange, sessionHolds, sessionState } from '@/api/session';
import { DevBanner } from './DevBanner';
import { Brand, Navigation } from './Navigation';
import { SessionBanner } from './SessionBanner';
import classes from './Shell.module.css';
import { UserCard } from './UserCard';

// Neither is needed for the first view of a page.
const CommandPalette = lazy(() => import('./CommandPalette'));
const MobileMenu = lazy(() => import('./MobileMenu'));
const SessionDialog = lazy(() => import('./SessionDialog'));
const NoAccess = lazy(() => import('./NoAccess'));

const DEV_HIDDEN = 'cpa-dev-banner-hidden';

function wasHidden() {
  try {
    return sessionStorage.getItem(DEV_HIDDEN) === 'yes';
  } catch {
    return false; // storage is switched off
  }
}

export function Shell() {
  const [menuOpen, menu] = useDisclosure(false);
  const [paletteOpen, palette] = useDisclosure(false);
  const { data: session, refetch } = useQuery(sessionQuery());
  const state = useSyncExternalStore(onSessionChange, sessionState);
  const [devHidden, setDevHidden] = useState(wasHidden);
  const navigation = useNavigation();
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const previousPath = useRef(pathname);

  // A new page starts at its heading for the keyboard and for screen readers, as a page load would.
  useEffect(() => {
    if (previousPath.current === pathname) return;
    previousPath.current = pathname;
    menu.close();
    main.current?.focus({ preventScroll: true });
  }, [pathname, menu]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
        event.preventDefault();
        palette.toggle();
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [palette]);

  const hideDevBanner = () => {
    setDevHidden(true);
    try {
      sessionStorage.setItem(DEV_HIDDEN, 'yes');
    } catch {
      // It is there again on the next page load, then.
    }
  };
  const checkAgain = async () => {
    const found = await refetch();
    if (found.data && found.data.authentication !== 'none') sessionHolds();
  };
  const isDev = session?.auth_mode === 'dev' && !devHidden;
  const hasAccess = session === undefined || session.role !== 'none';

  return (
    <div className={classes.shell} data-dev={isDev || undefined}>
      <a href="#main" className={classes.skip}>
        Skip to content
      </a>
      <div className={classes.progress} data-active={navigation.state !== 'idle' || undefined} />
      {isDev && <DevBanner onClose={hideDevBanner} />}
      <aside className={classes.sidebar}>
        <Navigation onPalette={palette.open} />
      </aside>
      <div className={classes.topbar}>
        <Burger
          opened={menuOpen}
          onClick={menu.toggle}
          size="sm"
          aria-label={menuOpen ? 'Close the menu' : 'Open the menu'}
        />
        <Brand />
        {session && <UserCard session={session} compact />}
      </div>
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        {state === 'given_up' && <SessionBanner signInUrl={session?.sign_in_url ?? null} />}
        {hasAccess ? (
          <Outlet />
        ) : (
          <Suspense>
            <NoAccess session={session} onRetry={() => void checkAgain()} />
          </Suspense>
        )}
      </main>
      <Suspense>
        {state === 'over' && hasAccess && <SessionDialog before={session} />}
        {menuOpen && <MobileMenu onClose={menu.close} onPalette={palette.open} />}
        {paletteOpen && <CommandPalette onClose={palette.close} />}
      </Suspense>
      <ScrollRestoration />
    </div>
  );
}
