import { TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { revokeToken, rotateToken } from '@/api/queries/settings';
import type { NewToken, Token } from '@/api/types';
import { useFocusBack } from '@/shared/hooks/useFocusBack';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';

interface Props {
  token: Token;
  what: 'rotate' | 'revoke';
  /** With the successor of a token that was rotated. */
  onDone: (successor?: NewToken) => void;
  onClose: () => void;
}

export default function TokenChange({ token, what, onDone, onClose }: Props) {
  useFocusBack();
  const [typed, setTyped] = useState('');
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: async (): Promise<NewToken | undefined> => {
      if (what === 'rotate') return rotateToken(token.token_id);
      await revokeToken(token.token_id);
      return undefined;
    },
    onSuccess: async (successor) => {
      if (!successor) {
        notifications.show({ title: 'Token revoked', message: `${token.name} holds no more.` });
      }
      onDone(successor);
      await queryClient.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  if (what === 'rotate') {
    return (
      <ConfirmDialog
        opened
        title={`Rotate ${token.name}?`}
        confirm="Make its successor"
        pending={change.isPending}
        error={change.error}
        onConfirm={() => change.mutate()}
        onClose={onClose}
      >
        A new token that may do the same is made and shown once. The old one holds for 24 hours
        more, so that what uses it can change over without a gap.
      </ConfirmDialog>
    );
  }
  return (
    <ConfirmDialog
      opened
      title={`Revoke ${token.name}?`}
      confirm="Revoke token"
      danger
      disabled={typed.trim() !== token.name}
      pending={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate()}
      onClose={onClose}
    >
      <p>Whatever uses it is refused at once. This cannot be undone.</p>
      <TextInput
        label={`Type ${token.name} to confirm`}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}
