import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { deleteFlows } from '@/api/queries/flows';
import type { FlowFilter } from '@/api/types';
import { isEmptyFilter } from '@/shared/flowFilter/codec';
import { plural } from '@/shared/lib/format';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';

interface Props {
  filter: FlowFilter;
  matching: number;
  onClose: () => void;
}

export default function DeleteFlows({ filter, matching, onClose }: Props) {
  const queryClient = useQueryClient();
  const everything = isEmptyFilter(filter);
  const remove = useMutation({
    mutationFn: () => deleteFlows(filter, everything),
    onSuccess: async ({ deleted }) => {
      onClose();
      notifications.show({ title: 'Deleted', message: `${plural(deleted, 'flow')} deleted.` });
      await queryClient.invalidateQueries();
    },
  });
  return (
    <ConfirmDialog
      opened
      title={everything ? 'Delete all flows?' : 'Delete the matching flows?'}
      confirm={`Delete ${plural(matching, 'flow')}`}
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {plural(matching, 'flow')} will be gone, and connections that nothing else shows with them.
      Policies and their versions stay. This cannot be undone; the flows can be imported again.
    </ConfirmDialog>
  );
}
