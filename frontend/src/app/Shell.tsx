import { Burger } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { Outlet, ScrollRestoration, useLocation, useNavigation } from 'react-router';
import { Brand, Navigation } from './Navigation';
import { SessionBanner } from './SessionBanner';
import classes from './Shell.module.css';

// Neither is needed for the first view of a page.
const CommandPalette = lazy(() => import('./CommandPalette'));
const MobileMenu = lazy(() => import('./MobileMenu'));

export function Shell() {
  const [menuOpen, menu] = useDisclosure(false);
  const [paletteOpen, palette] = useDisclosure(false);
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

  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        Skip to content
      </a>
      <div className={classes.progress} data-active={navigation.state !== 'idle' || undefined} />
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
      </div>
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <SessionBanner />
        <Outlet />
      </main>
      <Suspense>
        {menuOpen && <MobileMenu onClose={menu.close} onPalette={palette.open} />}
        {paletteOpen && <CommandPalette onClose={palette.close} />}
      </Suspense>
      <ScrollRestoration />
    </div>
  );
}
