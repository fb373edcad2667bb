import { Button, type ButtonProps } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconSparkles } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toApiError } from '@/api/problem';
import { loadSamples } from '@/api/queries/imports';
import { plural } from '@/shared/lib/format';

/** Loads the capture that comes with the product, to try everything without a cluster. */
export function SampleButton({ variant = 'default' }: Pick<ButtonProps, 'variant'>) {
  const queryClient = useQueryClient();
  const load = useMutation({
    mutationFn: loadSamples,
    onSuccess: async (result) => {
      await queryClient.invalidateQueries();
      notifications.show({
        color: 'teal',
        title: result.already_imported ? 'The sample data was there already' : 'Sample data loaded',
        message: `${plural(result.accepted, 'flow')} of a small shop are ready to look at.`,
      });
    },
    onError: (error) => {
      const problem = toApiError(error);
      notifications.show({ color: 'red', title: problem.title, message: problem.detail ?? '' });
    },
  });
  return (
    <Button
      variant={variant}
      leftSection={<IconSparkles size={16} />}
      loading={load.isPending}
      onClick={() => load.mutate()}
    >
      Load sample data
    </Button>
  );
}
