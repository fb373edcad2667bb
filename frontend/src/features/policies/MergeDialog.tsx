import { Button, Group, Modal, Skeleton, Stack } from '@mantine/core';
import { IconShieldPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { preview } from '@/api/queries/analysis';
import { mergeRequest } from '@/api/queries/merge';
import type { Drift, Generation, Policy } from '@/api/types';
import { useFocusBack } from '@/shared/hooks/useFocusBack';
import { formatDate, plural } from '@/shared/lib/format';
import { fullName } from '@/shared/policies/labels';
import { SemanticSummary } from '@/shared/policies/SemanticSummary';
import { EmptyState } from '@/shared/ui/EmptyState';
import { InlineError } from '@/shared/ui/ErrorState';
import { DiffView } from '@/shared/yaml/DiffView';
import classes from './editor.module.css';

const GenerateDrawer = lazy(() => import('@/features/generate/GenerateDrawer'));

interface Props {
  policy: Policy;
  drift: Drift;
  onEdit: (yaml: string, summary: string) => void;
  onClose: () => void;
}

/** The policy with the rules that its drift asks for, shown as a change before it is edited. */
export default function MergeDialog({ policy, drift, onEdit, onClose }: Props) {
  useFocusBack();
  const [apart, setApart] = useState(false);
  const request = useMemo(() => mergeRequest(policy, drift), [policy, drift]);
  const { data, error, isPending, refetch } = useQuery(preview(request));
  const merged = data && mergedInto(data, policy);
  const adds = merged !== undefined && merged.yaml_content !== policy.yaml_content;
  const summary = `Allow ${plural(drift.total, 'connection')} seen since version ${policy.version}`;

  if (apart) {
    return (
      <Suspense>
        <GenerateDrawer
          source={{
            filter: { time_from: drift.since },
            label: `all traffic since ${formatDate(drift.since)}`,
          }}
          onClose={onClose}
        />
      </Suspense>
    );
  }
  return (
    <Modal opened onClose={onClose} title={`Missing rules of ${policy.policy_name}`} size={900}>
      <Stack gap="md">
        {error ? (
          <InlineError error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Skeleton height={260} />
        ) : adds ? (
          <>
            <div>
              Made from {plural(drift.total, 'connection')} recorded since {formatDate(drift.since)}
              . Rules that are there stay as they are.
            </div>
            <Changes before={policy.yaml_content} after={merged.yaml_content} policy={policy} />
            <LeftOut generation={data} />
          </>
        ) : (
          <>
            <NothingToAdd generation={data} policy={policy} found={merged !== undefined} />
            <LeftOut generation={data} />
          </>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {adds ? 'Cancel' : 'Close'}
          </Button>
          {data && !merged && data.policies.length > 0 && (
            <Button
              variant="default"
              leftSection={<IconShieldPlus size={16} />}
              onClick={() => setApart(true)}
            >
              Generate policies of their own
            </Button>
          )}
          {adds && (
            <Button data-autofocus onClick={() => onEdit(merged.yaml_content, summary)}>
              Open in the editor
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

/** The generated policies hold others of the namespace too; the merged one keeps its name. */
const mergedInto = ({ policies }: Generation, policy: Policy) =>
  policies.find(
    (item) =>
      item.policy_name === policy.policy_name &&
      item.namespace === policy.namespace &&
      item.kind === policy.kind,
  );

function Changes({ before, after, policy }: { before: string; after: string; policy: Policy }) {
  const old = useMemo(() => [{ yaml_content: before }], [before]);
  const proposed = useMemo(() => [{ yaml_content: after }], [after]);
  return (
    <>
      <SemanticSummary before={old} after={proposed} />
      <DiffView
        before={before}
        after={after}
        beforeLabel={`Version ${policy.version}`}
        afterLabel="With the missing rules"
        layout="unified"
      />
    </>
  );
}

interface NothingProps {
  generation: Generation;
  policy: Policy;
  found: boolean;
}

function NothingToAdd({ generation, policy, found }: NothingProps) {
  if (!found && generation.policies.length > 0) {
    return (
      <EmptyState compact title="The rules would not belong to this policy">
        What was recorded is of workloads that {fullName(policy)} does not select in the way a
        generated policy would. Add the rules by hand, or generate policies beside it.
      </EmptyState>
    );
  }
  return (
    <EmptyState compact title="No rule can be proposed">
      {generation.empty_reason ||
        'Nothing of what this policy does not allow may become a rule: see what was left out, and why.'}
    </EmptyState>
  );
}

function LeftOut({ generation }: { generation: Generation }) {
  if (generation.left_out.length === 0) return null;
  return (
    <section aria-label="Left out">
      <strong>Left out of it</strong>
      <ul className={classes.driftList}>
        {generation.left_out.map((item) => (
          <li key={item.reason}>
            {plural(item.connections, 'connection')}: {item.explanation}
          </li>
        ))}
      </ul>
    </section>
  );
}
