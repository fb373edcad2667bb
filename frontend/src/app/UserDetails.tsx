import { Modal } from '@mantine/core';
import type { Session } from '@/api/types';
import { useFocusBack } from '@/shared/hooks/useFocusBack';
import classes from './UserCard.module.css';
import { displayedName, HOW, limitText } from './user';

const ROLE_MEANINGS: Record<Session['role'], string> = {
  none: 'Has no role: may see nothing here.',
  viewer: 'Viewer: may see everything and change nothing.',
  editor: 'Editor: may import flows and change policies.',
  admin: 'Admin: may do everything, deleting flows and reading the audit included.',
};

export default function UserDetails({
  session,
  onClose,
}: {
  session: Session;
  onClose: () => void;
}) {
  useFocusBack();
  const { user, email, groups, limits, role, version, authentication } = session;
  return (
    <Modal opened onClose={onClose} title={displayedName(session)} size={420}>
      <div className={classes.details}>
        <p>{ROLE_MEANINGS[role]}</p>
        <dl>
          <dt>Known as</dt>
          <dd>{user || '–'}</dd>
          {email && (
            <>
              <dt>E-mail</dt>
              <dd>{email}</dd>
            </>
          )}
          <dt>How</dt>
          <dd>{HOW[authentication]}</dd>
          {authentication === 'proxy' && (
            <>
              <dt>Groups</dt>
              <dd>{groups.length > 0 ? groups.join(', ') : 'none were told'}</dd>
            </>
          )}
          <dt>May see</dt>
          <dd>{limits ? limits.map(limitText).join('; ') : 'every cluster and namespace'}</dd>
          <dt>Version</dt>
          <dd>{version}</dd>
        </dl>
      </div>
    </Modal>
  );
}
