import { Button, Group, Modal, Stack } from '@mantine/core';
import { IconExternalLink, IconLock } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { session as sessionQuery } from '@/api/queries/overview';
import { giveUpSession, probeSession, sessionHolds } from '@/api/session';
import type { Session } from '@/api/types';
import { useFocusBack } from '@/shared/hooks/useFocusBack';
import classes from './SessionDialog.module.css';

const POLL_MS = 3000;

/**
 * The session is over: the page stays as it is behind this dialog, which notices a sign-in in another
 * tab and lets the calls that wait go on.
 */
export default function SessionDialog({ before }: { before: Session | undefined }) {
  useFocusBack();
  const queryClient = useQueryClient();
  const [looking, setLooking] = useState(false);
  const [missed, setMissed] = useState(false);
  // Somebody else signed in: their calls must not be made of what the first one typed unasked.
  const [other, setOther] = useState<Session>();

  const goOn = (found: Session) => {
    queryClient.setQueryData(sessionQuery().queryKey, found);
    sessionHolds();
  };
  const look = async () => {
    const found = await probeSession();
    if (!found) return false;
    if (before && before.user !== '' && before.user !== found.user) setOther(found);
    else goOn(found);
    return true;
  };
  const onTick = useEffectEvent(() => {
    if (!other && document.visibilityState === 'visible') void look();
  });
  useEffect(() => {
    const timer = setInterval(onTick, POLL_MS);
    window.addEventListener('focus', onTick);
    return () => {
      clearInterval(timer);
      window.removeEventListener('focus', onTick);
    };
  }, []);

  return (
    <Modal
      opened
      onClose={giveUpSession}
      title="Your session has ended"
      closeOnClickOutside={false}
      size={480}
    >
      <Stack gap="md">
        {other ? (
          <div role="alert">
            You are signed in as <strong>{other.user}</strong> now; before, it was{' '}
            <strong>{before?.user}</strong>. What waits would be done as {other.user}.
          </div>
        ) : (
          <div className={classes.text}>
            <IconLock size={20} aria-hidden />
            <div>
              Nothing is lost: this page and all that you typed stay as they are. Sign in again in a
              new tab; this page notices and goes on where it stopped.
              {missed && (
                <p role="alert" className={classes.missed}>
                  Not signed in yet.
                </p>
              )}
            </div>
          </div>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={giveUpSession}>
            Not now
          </Button>
          {other ? (
            <Button data-autofocus onClick={() => goOn(other)}>
              Go on as {other.user}
            </Button>
          ) : (
            <>
              <Button
                variant="default"
                loading={looking}
                onClick={async () => {
                  setLooking(true);
                  setMissed(!(await look()));
                  setLooking(false);
                }}
              >
                I have signed in
              </Button>
              <Button
                component="a"
                href={before?.sign_in_url ?? '/'}
                target="_blank"
                rel="noreferrer"
                data-autofocus
                leftSection={<IconExternalLink size={16} />}
              >
                Sign in in a new tab
              </Button>
            </>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
