import type { ReactNode } from 'react';
import classes from './Tag.module.css';

export type TagTone = 'neutral' | 'allowed' | 'denied' | 'warning' | 'info';

export function Tag({ tone = 'neutral', children }: { tone?: TagTone; children: ReactNode }) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {children}
    </span>
  );
}
