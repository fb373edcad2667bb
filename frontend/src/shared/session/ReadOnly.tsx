import { Tooltip } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { Role } from '@/api/types';
import classes from './ReadOnly.module.css';
import { useSession } from './useSession';

/** Why there is no button: which role the action needs, and which one the reader has. */
export function ReadOnly({ what, needs }: { what: string; needs: Role }) {
  const held = useSession()?.role ?? 'none';
  return (
    <Tooltip
      label={`Your role is ${held}. Ask an administrator for a group with the role ${needs}.`}
    >
      <span className={classes.note} tabIndex={0} role="note">
        <IconLock size={14} aria-hidden />
        {what} needs the role {needs}
      </span>
    </Tooltip>
  );
}
