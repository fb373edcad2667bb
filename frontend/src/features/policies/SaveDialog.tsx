import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ApiError } from '@/api/problem';
import { policy as policyQuery, savePolicy } from '@/api/queries/policies';
import type { Policy } from '@/api/types';
import { useFocusBack } from '@/shared/hooks/useFocusBack';
import { plural } from '@/shared/lib/format';
import { SemanticSummary } from '@/shared/policies/SemanticSummary';
import { InlineError } from '@/shared/ui/ErrorState';
import { DiffView } from '@/shared/yaml/DiffView';
import { countErrors, type Finding } from '@/shared/yaml/findings';
import { ConflictDialog } from './ConflictDialog';

interface Props {
  base: Policy;
  etag: string;
  text: string;
  findings: Finding[];
  /** What the change may be called. */
  proposal: string;
  onSaved: (policy: Policy, etag: string) => void;
  onTakeTheirs: (policy: Policy, etag: string) => void;
  onClose: () => void;
}

const LONGEST_SUMMARY = 1000;

export default function SaveDialog({
  base,
  etag,
  text,
  findings,
  proposal,
  onSaved,
  onTakeTheirs,
  onClose,
}: Props) {
  useFocusBack();
  const [summary, setSummary] = useState(proposal);
  const queryClient = useQueryClient();
  const fresh = () => queryClient.fetchQuery({ ...policyQuery(base.policy_id), staleTime: 0 });

  const save = useMutation({
    mutationFn: (ifMatch: string) => savePolicy(base.policy_id, ifMatch, text, summary.trim()),
    onSuccess: async (saved) => {
      const stored = await fresh();
      onSaved(stored.policy, stored.etag);
      notifications.show({
        color: 'teal',
        title: 'Saved',
        message: `${saved.policy_name} is now at version ${saved.version}.`,
      });
      await queryClient.invalidateQueries();
    },
  });
  const conflict = save.error instanceof ApiError && save.error.status === 412;
  const before = useMemo(() => [{ yaml_content: base.yaml_content }], [base.yaml_content]);
  const after = useMemo(() => [{ yaml_content: text }], [text]);
  const errors = countErrors(findings);

  if (conflict) {
    return (
      <ConflictDialog
        base={base}
        mine={text}
        loadTheirs={fresh}
        pending={save.isPending}
        onOverwrite={(theirEtag) => save.mutate(theirEtag)}
        onTakeTheirs={onTakeTheirs}
        onClose={onClose}
      />
    );
  }
  return (
    <Modal opened onClose={onClose} title={`Save ${base.policy_name}`} size={900}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (summary.trim() !== '') save.mutate(etag);
        }}
      >
        <Stack gap="md">
          <TextInput
            data-autofocus
            label="What changes, and why?"
            placeholder="Allow the new cache"
            required
            maxLength={LONGEST_SUMMARY}
            value={summary}
            onChange={(event) => setSummary(event.currentTarget.value)}
          />
          {errors > 0 && (
            <Alert color="yellow" icon={<IconAlertTriangle size={18} />}>
              {plural(errors, 'error')} left: Cilium would refuse this policy.
            </Alert>
          )}
          <SemanticSummary before={before} after={after} />
          <DiffView
            before={base.yaml_content}
            after={text}
            beforeLabel={`Version ${base.version}`}
            afterLabel="Your changes"
            layout="unified"
          />
          {save.error ? <InlineError error={save.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Keep editing
            </Button>
            <Button type="submit" loading={save.isPending} disabled={summary.trim() === ''}>
              Save version {base.version + 1}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
