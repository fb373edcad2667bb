import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { ApiError } from '@/api/problem';
import { restoreVersion } from '@/api/queries/policies';
import type { Policy, Version } from '@/api/types';
import { useFocusBack } from '@/shared/hooks/useFocusBack';
import { SemanticSummary } from '@/shared/policies/SemanticSummary';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { DiffView } from '@/shared/yaml/DiffView';
import classes from './history.module.css';

interface Props {
  policy: Policy;
  etag: string;
  version: Version;
  onClose: () => void;
}

export default function RestoreDialog({ policy, etag, version, onClose }: Props) {
  useFocusBack();
  const queryClient = useQueryClient();
  const [, setParams] = useSearchParams();
  const restore = useMutation({
    mutationFn: () =>
      restoreVersion(
        policy.policy_id,
        etag,
        version.version,
        `Restored version ${version.version}`,
      ),
    onSuccess: async (restored) => {
      await queryClient.invalidateQueries({ queryKey: ['policies'] });
      notifications.show({
        color: 'teal',
        title: `Version ${version.version} restored`,
        message: `It is now version ${restored.version} of ${restored.policy_name}.`,
      });
      setParams({}, { replace: true });
      onClose();
    },
    // Somebody saved meanwhile: show what would be replaced now, for a decision of its own.
    onError: (error) =>
      error instanceof ApiError && error.status === 412
        ? queryClient.invalidateQueries({ queryKey: ['policies', 'one', policy.policy_id] })
        : undefined,
  });
  const before = useMemo(
    () => [{ policy_id: policy.policy_id, version: policy.version }],
    [policy.policy_id, policy.version],
  );
  const after = useMemo(
    () => [{ policy_id: policy.policy_id, version: version.version }],
    [policy.policy_id, version.version],
  );
  return (
    <ConfirmDialog
      opened
      size={900}
      title={`Restore version ${version.version}?`}
      confirm={`Restore as version ${policy.version + 1}`}
      pending={restore.isPending}
      error={restore.error}
      onConfirm={() => restore.mutate()}
      onClose={onClose}
    >
      <div className={classes.restore}>
        <p>
          Its content becomes version {policy.version + 1}
          {policy.deleted_at ? ', and the policy is there again' : ''}. All versions stay.
        </p>
        <SemanticSummary before={before} after={after} />
        <DiffView
          before={policy.yaml_content}
          after={version.yaml_content}
          beforeLabel={`Version ${policy.version}`}
          afterLabel={`Version ${version.version}`}
          layout="unified"
        />
      </div>
    </ConfirmDialog>
  );
}
