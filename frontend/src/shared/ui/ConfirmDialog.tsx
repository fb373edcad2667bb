import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { InlineError } from './ErrorState';

interface Props {
  opened: boolean;
  title: string;
  confirm: string;
  danger?: boolean;
  pending?: boolean;
  /** Something is to be filled in first. */
  disabled?: boolean;
  error?: unknown;
  size?: string | number;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function ConfirmDialog(props: Props) {
  const { opened, title, confirm, danger, pending, disabled } = props;
  const { error, size, onConfirm, onClose, children } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={size ?? 'md'}>
      <Stack gap="md">
        <div>{children}</div>
        {error ? <InlineError error={error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button
            color={danger ? 'red.9' : undefined}
            loading={pending}
            disabled={disabled}
            onClick={onConfirm}
          >
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
