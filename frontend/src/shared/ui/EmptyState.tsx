import type { ReactNode } from 'react';
import classes from './States.module.css';

interface Props {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  compact?: boolean;
}

/** Nothing to show, and what to do about it. */
export function EmptyState({ icon, title, children, actions, compact }: Props) {
  return (
    <div className={classes.state} data-compact={compact || undefined}>
      {icon && (
        <div className={classes.icon} aria-hidden>
          {icon}
        </div>
      )}
      <h2 className={classes.title}>{title}</h2>
      {children && <div className={classes.body}>{children}</div>}
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}
