import { SegmentedControl, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { policy as policyQuery } from '@/api/queries/policies';
import type { GeneratedPolicy } from '@/api/types';
import { fullName } from '@/shared/policies/labels';
import { SemanticSummary } from '@/shared/policies/SemanticSummary';
import { InlineError } from '@/shared/ui/ErrorState';
import { DiffView } from '@/shared/yaml/DiffView';
import classes from './generate.module.css';
import type { TakenPolicy } from './taken';

interface Props {
  policy: GeneratedPolicy;
  into: TakenPolicy;
  /** The merged YAML, as for any other policy. */
  children: ReactNode;
}

/** What merging changes in a stored policy, and the whole text on request. */
export function MergePreview({ policy, into, children }: Props) {
  const [show, setShow] = useState('changes');
  return (
    <div className={classes.merge}>
      <div className={classes.mergeHead}>
        <span>
          A new version of <strong>{fullName(into)}</strong>
        </span>
        <SegmentedControl
          size="xs"
          aria-label="Show"
          value={show}
          onChange={setShow}
          data={[
            { value: 'changes', label: 'Changes' },
            { value: 'yaml', label: 'Whole YAML' },
          ]}
        />
      </div>
      {show === 'yaml' ? (
        <div className={classes.mergeYaml}>{children}</div>
      ) : (
        <Changes policyId={into.policy_id} after={policy.yaml_content} />
      )}
    </div>
  );
}

function Changes({ policyId, after }: { policyId: string; after: string }) {
  const stored = useQuery(policyQuery(policyId));
  const text = stored.data?.policy.yaml_content;
  const old = useMemo(() => [{ yaml_content: text ?? '' }], [text]);
  const proposed = useMemo(() => [{ yaml_content: after }], [after]);
  if (stored.error) {
    return <InlineError error={stored.error} onRetry={() => void stored.refetch()} />;
  }
  if (stored.data === undefined || text === undefined) return <Skeleton height={240} />;
  return (
    <section className={classes.mergeChanges} aria-label="Changes by merging" tabIndex={0}>
      {text === after ? (
        <p className={classes.dimmed}>It has all of these rules already: nothing changes.</p>
      ) : (
        <>
          <SemanticSummary before={old} after={proposed} />
          <DiffView
            before={text}
            after={after}
            beforeLabel={`Version ${stored.data.policy.version}`}
            afterLabel="Merged"
            layout="unified"
          />
        </>
      )}
    </section>
  );
}
