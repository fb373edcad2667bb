import { Button, Group, Modal, Skeleton, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Policy } from '@/api/types';
import { downloadText } from '@/shared/lib/download';
import { InlineError } from '@/shared/ui/ErrorState';
import { Time } from '@/shared/ui/Time';
import { DiffView } from '@/shared/yaml/DiffView';

interface Props {
  base: Policy;
  mine: string;
  loadTheirs: () => Promise<{ policy: Policy; etag: string }>;
  pending: boolean;
  onOverwrite: (theirEtag: string) => void;
  onTakeTheirs: (policy: Policy, etag: string) => void;
  onClose: () => void;
}

/** Somebody saved in the meantime: nothing is lost, and the reader decides with both texts in view. */
export function ConflictDialog(props: Props) {
  const { base, mine, loadTheirs, pending, onOverwrite, onTakeTheirs, onClose } = props;
  const theirs = useQuery({
    queryKey: ['policies', 'conflict', base.policy_id],
    queryFn: loadTheirs,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const stored = theirs.data?.policy;
  return (
    <Modal opened onClose={onClose} title="Somebody else saved this policy" size={1100}>
      <Stack gap="md">
        {theirs.error ? (
          <InlineError error={theirs.error} onRetry={() => void theirs.refetch()} />
        ) : stored ? (
          <>
            <div>
              You started from version {base.version}. {stored.updated_by} saved version{' '}
              {stored.version} <Time iso={stored.updated_at} form="relative" />
              {stored.change_summary && <> with “{stored.change_summary}”</>}. Nothing of yours is
              lost: choose what to do.
            </div>
            <DiffView
              before={stored.yaml_content}
              after={mine}
              beforeLabel={`Version ${stored.version}, stored`}
              afterLabel="Yours"
              layout="split"
            />
          </>
        ) : (
          <Skeleton height={240} />
        )}
        <Group justify="space-between" gap="xs">
          <Button
            variant="subtle"
            leftSection={<IconDownload size={16} />}
            onClick={() => downloadText(`${base.policy_name}.mine.yaml`, mine)}
          >
            Download mine
          </Button>
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Keep editing
            </Button>
            <Button
              variant="default"
              disabled={!theirs.data}
              onClick={() => theirs.data && onTakeTheirs(theirs.data.policy, theirs.data.etag)}
            >
              Discard mine, take theirs
            </Button>
            <Button
              loading={pending}
              disabled={!theirs.data}
              onClick={() => theirs.data && onOverwrite(theirs.data.etag)}
            >
              Save mine as version {stored ? stored.version + 1 : '…'}
            </Button>
          </Group>
        </Group>
      </Stack>
    </Modal>
  );
}
