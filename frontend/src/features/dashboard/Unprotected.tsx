import { Button } from '@mantine/core';
import { IconShieldCheck, IconShieldPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Dashboard } from '@/api/types';
import type { Subject } from '@/features/generate/source';
import { trafficPath } from '@/shared/flowFilter/codec';
import { formatCompact, plural } from '@/shared/lib/format';
import { Permitted } from '@/shared/session/Permitted';
import { Card } from '@/shared/ui/Card';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Time } from '@/shared/ui/Time';
import classes from './dashboard.module.css';

interface Props {
  workloads: Dashboard['workloads_without_policy'];
  total: number;
  onGenerate: (subject: Subject) => void;
}

export function Unprotected({ workloads, total, onGenerate }: Props) {
  return (
    <Card
      title="Workloads without a policy"
      description={
        workloads.length < total ? `The busiest ${workloads.length} of ${total}` : undefined
      }
      flush
    >
      {workloads.length === 0 ? (
        <EmptyState
          compact
          icon={<IconShieldCheck size={20} />}
          title="Every workload has a policy"
        />
      ) : (
        <ul className={classes.rows}>
          {workloads.map((item) => {
            const name = item.namespace ? `${item.namespace}/${item.workload}` : item.workload;
            return (
              <li key={`${item.cluster} ${name}`}>
                <div className={classes.rowText}>
                  <Link to={trafficPath({ workload: [name] })}>{item.workload}</Link>
                  <span className={classes.dimmed}>
                    {item.namespace && <>namespace {item.namespace}, </>}
                    {formatCompact(item.events)} events, {plural(item.connections, 'connection')},
                    last <Time iso={item.last_seen} form="relative" />
                  </span>
                </div>
                <Permitted needs="editor">
                  <Button
                    variant="light"
                    size="compact-sm"
                    leftSection={<IconShieldPlus size={15} />}
                    aria-label={`Generate a policy for ${name}`}
                    onClick={() =>
                      onGenerate({ namespace: item.namespace, workload: item.workload })
                    }
                  >
                    Generate
                  </Button>
                </Permitted>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
