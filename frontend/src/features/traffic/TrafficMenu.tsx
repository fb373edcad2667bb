import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCopy, IconDots, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteFlows } from '@/api/queries/flows';
import type { FlowFilter } from '@/api/types';
import { isEmptyFilter, writeFilter } from '@/shared/flowFilter/codec';
import { plural } from '@/shared/lib/format';
import { Permitted } from '@/shared/session/Permitted';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';

interface Props {
  filter: FlowFilter;
  matching: number;
}

export function TrafficMenu({ filter, matching }: Props) {
  const [confirming, setConfirming] = useState(false);
  const queryClient = useQueryClient();
  const everything = isEmptyFilter(filter);
  const remove = useMutation({
    mutationFn: () => deleteFlows(filter, everything),
    onSuccess: async ({ deleted }) => {
      setConfirming(false);
      notifications.show({ title: 'Deleted', message: `${plural(deleted, 'flow')} deleted.` });
      await queryClient.invalidateQueries();
    },
  });
  const copyCurl = async () => {
    const query = writeFilter(filter, new URLSearchParams()).toString();
    await navigator.clipboard?.writeText(
      `curl -s '${location.origin}/api/flows${query ? `?${query}` : ''}'`,
    );
    notifications.show({ message: 'The curl command is in the clipboard.' });
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={34} aria-label="More actions">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => void copyCurl()}>
            Copy as curl command
          </Menu.Item>
          <Permitted needs="admin">
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} />}
              disabled={matching === 0}
              onClick={() => setConfirming(true)}
            >
              Delete {everything ? 'all flows' : 'the matching flows'}…
            </Menu.Item>
          </Permitted>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={confirming}
        title={everything ? 'Delete all flows?' : 'Delete the matching flows?'}
        confirm={`Delete ${plural(matching, 'flow')}`}
        danger
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => setConfirming(false)}
      >
        {plural(matching, 'flow')} will be gone, and connections that nothing else shows with them.
        Policies and their versions stay. This cannot be undone; the flows can be imported again.
      </ConfirmDialog>
    </>
  );
}
