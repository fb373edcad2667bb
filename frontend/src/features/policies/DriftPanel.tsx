import { Button, Skeleton, Tooltip } from '@mantine/core';
import { IconCircleCheck, IconShieldPlus, IconTrendingUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import { drift } from '@/api/queries/policies';
import type { Policy } from '@/api/types';
import { trafficPath } from '@/shared/flowFilter/codec';
import { formatCompact, plural } from '@/shared/lib/format';
import { connectionClient, connectionServer, peerText, serviceText } from '@/shared/lib/peers';
import { Permitted } from '@/shared/session/Permitted';
import { Tag } from '@/shared/ui/Tag';
import { Time } from '@/shared/ui/Time';
import classes from './editor.module.css';

const MergeDialog = lazy(() => import('./MergeDialog'));

const SHOWN = 8;

interface Props {
  policy: Policy;
  /** An edit is under way that a proposal would overwrite. */
  edited: boolean;
  onPropose: (yaml: string, summary: string) => void;
}

/** What was seen since the current version that it does not allow, and rules that nothing needs. */
export function DriftPanel({ policy, edited, onPropose }: Props) {
  const [merging, setMerging] = useState(false);
  const { data, isPending, error } = useQuery({
    ...drift(policy.policy_id, policy.version),
    enabled: policy.deleted_at === null,
    retry: false,
  });
  if (error || policy.deleted_at !== null) return null;
  if (isPending) return <Skeleton height={64} />;
  const { uncovered, total, unused_rules: unused, since } = data;
  const fine = uncovered.length === 0 && unused.length === 0;
  return (
    <section className={classes.panel} aria-label="Drift">
      <div className={classes.panelHead}>
        <h2>Drift</h2>
        {fine ? (
          <Tag tone="allowed">None</Tag>
        ) : (
          <Tag tone="warning">{formatCompact(total + unused.length)}</Tag>
        )}
      </div>
      {fine ? (
        <p className={classes.fine}>
          <IconCircleCheck size={16} aria-hidden /> Everything seen since{' '}
          <Time iso={since} form="date" /> fits this version.
        </p>
      ) : (
        <>
          {uncovered.length > 0 && (
            <>
              <p className={classes.note}>
                <IconTrendingUp size={15} aria-hidden /> {plural(total, 'connection')} seen since{' '}
                <Time iso={since} form="date" /> that this version would not allow
                {total > SHOWN && `, the busiest ${SHOWN}`}:
              </p>
              <ul className={classes.driftList}>
                {uncovered.slice(0, SHOWN).map(({ connection }) => (
                  <li key={connection.connection_id}>
                    <Link to={trafficPath({ connection: [connection.connection_id] })}>
                      {peerText(connectionClient(connection))} →{' '}
                      {peerText(connectionServer(connection))} {serviceText(connection)}
                    </Link>
                  </li>
                ))}
              </ul>
              <Permitted needs="editor">
                <Tooltip label="Save or undo your edit first" disabled={!edited}>
                  <Button
                    variant="light"
                    size="compact-sm"
                    mb={8}
                    leftSection={<IconShieldPlus size={15} />}
                    data-disabled={edited || undefined}
                    aria-disabled={edited}
                    onClick={() => !edited && setMerging(true)}
                  >
                    Propose the missing rules
                  </Button>
                </Tooltip>
              </Permitted>
            </>
          )}
          {unused.length > 0 && (
            <>
              <p className={classes.note}>{plural(unused.length, 'rule')} that nothing has used:</p>
              <ul className={classes.driftList}>
                {unused.slice(0, SHOWN).map((rule) => (
                  <li key={`${rule.section} ${rule.element}`}>
                    {rule.section} {rule.element + 1}
                    {rule.text && `: ${rule.text}`}
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
      {merging && (
        <Suspense>
          <MergeDialog
            policy={policy}
            drift={data}
            onEdit={(yaml, summary) => {
              setMerging(false);
              onPropose(yaml, summary);
            }}
            onClose={() => setMerging(false)}
          />
        </Suspense>
      )}
    </section>
  );
}
