import { Button } from '@mantine/core';
import { IconLock, IconRefresh } from '@tabler/icons-react';
import type { Session } from '@/api/types';
import { EmptyState } from '@/shared/ui/EmptyState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { Tag } from '@/shared/ui/Tag';
import classes from './NoAccess.module.css';

interface Props {
  session: Session;
  onRetry: () => void;
}

/** Instead of every page, for those who are not signed in or have no role. */
export default function NoAccess({ session, onRetry }: Props) {
  const signedIn = session.authentication !== 'none';
  const again = (
    <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={onRetry}>
      Check again
    </Button>
  );
  if (!signedIn) {
    return (
      <>
        <PageHeader title="Sign in" />
        <EmptyState
          icon={<IconLock size={22} />}
          title="You are not signed in"
          actions={
            <>
              {session.auth_mode === 'proxy' && (
                <Button component="a" href={session.sign_in_url ?? '/'}>
                  Sign in
                </Button>
              )}
              {again}
            </>
          }
        >
          {session.auth_mode === 'token'
            ? 'This installation knows API tokens only, which a browser does not send: use the API, or ask the administrators for single sign-on.'
            : session.reason}
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <PageHeader title="No access" />
      <EmptyState icon={<IconLock size={22} />} title="You have no role here" actions={again}>
        <p>{session.reason}</p>
        <div className={classes.groups}>
          <span>Groups that your sign-on told:</span>
          {session.groups.length > 0 ? (
            session.groups.map((group) => <Tag key={group}>{group}</Tag>)
          ) : (
            <strong>none</strong>
          )}
        </div>
        <p className={classes.admin}>
          Administrators give roles to groups by the settings CPA_ROLE_VIEWER, CPA_ROLE_EDITOR and
          CPA_ROLE_ADMIN.
        </p>
      </EmptyState>
    </>
  );
}
