import { Button } from '@mantine/core';
import { IconAlertTriangle, IconLock, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { toApiError } from '@/api/problem';
import classes from './States.module.css';

interface Props {
  error: unknown;
  onRetry?: () => void;
  actions?: ReactNode;
  compact?: boolean;
}

export function ErrorState({ error, onRetry, actions, compact }: Props) {
  const problem = toApiError(error);
  // What one may not see is no fault, and trying again changes nothing.
  const refused = problem.status === 403;
  return (
    <div className={classes.state} data-compact={compact || undefined} role="alert">
      <div className={classes.icon} data-tone={refused ? undefined : 'error'} aria-hidden>
        {refused ? <IconLock size={22} /> : <IconAlertTriangle size={22} />}
      </div>
      <h2 className={classes.title}>{refused ? 'You may not see this' : problem.title}</h2>
      {problem.detail && problem.detail !== problem.title && (
        <div className={classes.body}>{problem.detail}</div>
      )}
      {problem.requestId && (
        <div className={classes.request}>
          Request <span className="mono">{problem.requestId}</span>
        </div>
      )}
      <div className={classes.actions}>
        {onRetry && !refused && (
          <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={onRetry}>
            Try again
          </Button>
        )}
        {actions}
      </div>
    </div>
  );
}

/** A failure inside a form or a drawer, next to what caused it. */
export function InlineError({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = toApiError(error);
  return (
    <div className={classes.inline} role="alert">
      <IconAlertTriangle size={18} aria-hidden className={classes.inlineIcon} />
      <div className={classes.inlineText}>
        <strong>{problem.title}</strong>
        {problem.detail && problem.detail !== problem.title && <div>{problem.detail}</div>}
        {problem.requestId && (
          <div className={classes.request}>
            Request <span className="mono">{problem.requestId}</span>
          </div>
        )}
      </div>
      {onRetry && (
        <Button variant="default" size="compact-sm" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
