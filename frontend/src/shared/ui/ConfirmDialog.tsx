import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { InlineError } from './ErrorState';

interface Props {
  opened: boolean;
  title: string;
  confirm: string;
  danger?: boolean;
  pending?: boolean;
  error?: unknown;
  size?: string | number;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function ConfirmDialog(props: Props) {
  const { opened, title, confirm, danger, pending, error, size, onConfirm, onClose, children } =
    props;
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={size ?? 'md'}>
      <Stack gap="md">
        <div>{children}</div>
        {error ? <InlineError error={error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color={danger ? 'red' : undefined} loading={pending} onClick={onConfirm}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
