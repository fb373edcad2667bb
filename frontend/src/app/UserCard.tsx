import { UnstyledButton } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { Session } from '@/api/types';
import { Tag } from '@/shared/ui/Tag';
import classes from './UserCard.module.css';
import { displayedName, HOW, initials, ROLE_TONES } from './user';

const UserDetails = lazy(() => import('./UserDetails'));

/** Who is signed in, with which role, and how that is known; more on a click. */
export function UserCard({ session, compact }: { session: Session; compact?: boolean }) {
  const [open, setOpen] = useState(false);
  const name = displayedName(session);
  const role = <Tag tone={ROLE_TONES[session.role]}>{session.role}</Tag>;
  return (
    <>
      <UnstyledButton
        className={classes.card}
        data-compact={compact || undefined}
        onClick={() => setOpen(true)}
      >
        <span className={classes.avatar} aria-hidden>
          {initials(name)}
        </span>
        <span className={classes.text}>
          <span className={classes.hidden}>Signed in as </span>
          <span className={classes.name}>{name}</span>
          <span className={classes.line}>
            {!compact && role}
            <span className={classes.how}>{HOW[session.authentication]}</span>
          </span>
        </span>
        {compact && role}
      </UnstyledButton>
      {open && (
        <Suspense>
          <UserDetails session={session} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
