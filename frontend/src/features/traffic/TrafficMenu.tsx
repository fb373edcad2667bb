import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCopy, IconDots, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { FlowFilter } from '@/api/types';
import { isEmptyFilter, writeFilter } from '@/shared/flowFilter/codec';
import { Permitted } from '@/shared/session/Permitted';

const DeleteFlows = lazy(() => import('./DeleteFlows'));

interface Props {
  filter: FlowFilter;
  matching: number;
}

export function TrafficMenu({ filter, matching }: Props) {
  const [confirming, setConfirming] = useState(false);
  const everything = isEmptyFilter(filter);
  const copyCurl = async () => {
    const query = writeFilter(filter, new URLSearchParams()).toString();
    const command = `curl -s '${location.origin}/api/flows${query ? `?${query}` : ''}'`;
    try {
      await navigator.clipboard.writeText(command);
      notifications.show({ message: 'The curl command is in the clipboard.' });
    } catch {
      // Browsers keep the clipboard from plain http:// pages.
      notifications.show({
        title: 'This browser does not let the page copy',
        message: command,
        autoClose: false,
      });
    }
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
      {confirming && (
        <Suspense>
          <DeleteFlows filter={filter} matching={matching} onClose={() => setConfirming(false)} />
        </Suspense>
      )}
    </>
  );
}
