import { Kbd, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { NavLink } from 'react-router';
import { useSession } from '@/shared/session/useSession';
import { ColorSchemeSwitch } from './ColorSchemeSwitch';
import classes from './Navigation.module.css';
import { pagesFor } from './pages';
import { UserCard } from './UserCard';

export function Brand() {
  return (
    <div className={classes.brand}>
      <img src="/favicon.svg" alt="" width={26} height={26} />
      <span>
        Policy Advisor
        <small>for Cilium</small>
      </span>
    </div>
  );
}

const shortcut = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K';

export function Navigation({ onPalette }: { onPalette: () => void }) {
  const session = useSession();
  return (
    <div className={classes.navigation}>
      <Brand />
      <UnstyledButton className={classes.search} onClick={onPalette}>
        <IconSearch size={15} aria-hidden />
        <span>Go to…</span>
        <Kbd size="xs" aria-hidden>
          {shortcut}
        </Kbd>
      </UnstyledButton>
      <nav aria-label="Main" className={classes.links}>
        {pagesFor(session?.role ?? 'viewer').map((group) => (
          <div key={group.label} className={classes.group}>
            <div className={classes.label} id={`nav-${group.label}`}>
              {group.label}
            </div>
            <ul aria-labelledby={`nav-${group.label}`}>
              {group.pages.map((page) => (
                <li key={page.path}>
                  <NavLink to={page.path} end={page.path === '/'} className={classes.link}>
                    <page.icon size={18} stroke={1.7} aria-hidden />
                    {page.label}
                  </NavLink>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className={classes.foot}>
        {session && <UserCard session={session} />}
        <ColorSchemeSwitch />
      </div>
    </div>
  );
}
