import { ActionIcon, Button, SegmentedControl, Skeleton, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowsExchange, IconArrowUp, IconRestore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { version as versionQuery } from '@/api/queries/policies';
import type { Policy } from '@/api/types';
import { SemanticSummary } from '@/shared/policies/SemanticSummary';
import { useMay } from '@/shared/session/useSession';
import { ErrorState } from '@/shared/ui/ErrorState';
import { DiffView, type DiffViewHandle } from '@/shared/yaml/DiffView';
import type { Choice } from './choice';
import classes from './history.module.css';

const RestoreDialog = lazy(() => import('./RestoreDialog'));

interface Props {
  policy: Policy;
  etag: string;
  older: number;
  newer: number;
  onChoose: (choice: Choice) => void;
}

export default function ComparePanel({ policy, etag, older, newer, onChoose }: Props) {
  const before = useQuery(versionQuery(policy.policy_id, older));
  const after = useQuery(versionQuery(policy.policy_id, newer));
  const [layout, setLayout] = useState<'split' | 'unified'>('split');
  const [restoring, setRestoring] = useState(false);
  const mayRestore = useMay('editor');
  const diff = useRef<DiffViewHandle>(null);
  const { policy_id: policyId } = policy;
  const beforeReference = useMemo(
    () => [{ policy_id: policyId, version: older }],
    [policyId, older],
  );
  const afterReference = useMemo(
    () => [{ policy_id: policyId, version: newer }],
    [policyId, newer],
  );

  const error = before.error ?? after.error;
  if (error) {
    return (
      <ErrorState
        error={error}
        onRetry={() => {
          void before.refetch();
          void after.refetch();
        }}
      />
    );
  }
  if (!before.data || !after.data) return <Skeleton height={420} />;
  const canRestore = mayRestore && (older !== policy.version || policy.deleted_at !== null);
  return (
    <>
      <div className={classes.panelHead}>
        <div className={classes.headText}>
          <h2>
            From version {older} to version {newer}
          </h2>
        </div>
        <Tooltip label="Swap the two">
          <ActionIcon
            variant="default"
            size={34}
            aria-label="Swap the two versions"
            onClick={() => onChoose({ version: older, compare: newer })}
          >
            <IconArrowsExchange size={17} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Previous difference (Alt+↑)">
          <ActionIcon
            variant="default"
            size={34}
            aria-label="Previous difference"
            onClick={() => diff.current?.previous()}
          >
            <IconArrowUp size={17} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Next difference (Alt+↓)">
          <ActionIcon
            variant="default"
            size={34}
            aria-label="Next difference"
            onClick={() => diff.current?.next()}
          >
            <IconArrowDown size={17} />
          </ActionIcon>
        </Tooltip>
        <SegmentedControl
          aria-label="Layout"
          value={layout}
          onChange={(value) => setLayout(value as 'split' | 'unified')}
          data={[
            { value: 'split', label: 'Side by side' },
            { value: 'unified', label: 'In one' },
          ]}
        />
        {canRestore && (
          <Button
            variant="default"
            leftSection={<IconRestore size={16} />}
            onClick={() => setRestoring(true)}
          >
            Restore version {older}
          </Button>
        )}
      </div>
      <SemanticSummary before={beforeReference} after={afterReference} />
      <DiffView
        ref={diff}
        before={before.data.yaml_content}
        after={after.data.yaml_content}
        beforeLabel={`Version ${older}`}
        afterLabel={`Version ${newer}`}
        layout={layout}
      />
      {restoring && (
        <Suspense>
          <RestoreDialog
            policy={policy}
            etag={etag}
            version={before.data}
            onClose={() => setRestoring(false)}
          />
        </Suspense>
      )}
    </>
  );
}
