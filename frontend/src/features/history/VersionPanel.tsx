import { Button, Skeleton } from '@mantine/core';
import { IconDownload, IconRestore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { downloadUrl, version as versionQuery } from '@/api/queries/policies';
import type { Policy } from '@/api/types';
import { Permitted } from '@/shared/session/Permitted';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Time } from '@/shared/ui/Time';
import { CodeEditor } from '@/shared/yaml/CodeEditor';
import classes from './history.module.css';

const RestoreDialog = lazy(() => import('./RestoreDialog'));

interface Props {
  policy: Policy;
  etag: string;
  number: number;
}

export function VersionPanel({ policy, etag, number }: Props) {
  const { data, error, isPending, refetch } = useQuery(versionQuery(policy.policy_id, number));
  const [restoring, setRestoring] = useState(false);
  if (isPending) return <Skeleton height={420} />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const isCurrent = number === policy.version && policy.deleted_at === null;
  return (
    <>
      <div className={classes.panelHead}>
        <div className={classes.headText}>
          <h2>Version {number}</h2>
          <span className={classes.dimmed}>
            {data.author}, <Time iso={data.created_at} form="date" />
          </span>
        </div>
        <Button
          component="a"
          href={downloadUrl(policy.policy_id, number)}
          download
          variant="default"
          leftSection={<IconDownload size={16} />}
        >
          Download
        </Button>
        {!isCurrent && (
          <Permitted needs="editor">
            <Button leftSection={<IconRestore size={16} />} onClick={() => setRestoring(true)}>
              Restore this version
            </Button>
          </Permitted>
        )}
      </div>
      {data.change_summary && <p className={classes.quote}>{data.change_summary}</p>}
      <div className={classes.code}>
        <CodeEditor auto readOnly value={data.yaml_content} label={`YAML of version ${number}`} />
      </div>
      {restoring && (
        <Suspense>
          <RestoreDialog
            policy={policy}
            etag={etag}
            version={data}
            onClose={() => setRestoring(false)}
          />
        </Suspense>
      )}
    </>
  );
}
