import { Button, Progress, VisuallyHidden } from '@mantine/core';
import { IconRefresh, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { importProgress } from '@/api/queries/imports';
import { formatBytes, formatCount, formatPercent } from '@/shared/lib/format';
import { Card } from '@/shared/ui/Card';
import { InlineError } from '@/shared/ui/ErrorState';
import { Tag } from '@/shared/ui/Tag';
import { ImportOutcome } from './ImportOutcome';
import classes from './UploadList.module.css';
import {
  cancelUpload,
  clearFinished,
  isActive,
  retryUpload,
  type Upload,
  useUploads,
} from './uploads';

export function UploadList() {
  const uploads = useUploads();
  if (uploads.length === 0) return null;
  return (
    <Card
      title="This session"
      className={classes.card}
      aside={
        uploads.some((upload) => !isActive(upload)) && (
          <Button variant="subtle" size="compact-sm" onClick={clearFinished}>
            Clear finished
          </Button>
        )
      }
    >
      <ul className={classes.list}>
        {uploads.map((upload) => (
          <li key={upload.importId}>
            <UploadRow upload={upload} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  const { importId, name, sizeBytes, phase } = upload;
  return (
    <div className={classes.upload}>
      <div className={classes.head}>
        <strong className={classes.name}>{name}</strong>
        <span className={classes.size}>{formatBytes(sizeBytes)}</span>
        <PhaseTag upload={upload} />
        <span className={classes.spacer} />
        {isActive(upload) && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconX size={14} />}
            onClick={() => cancelUpload(importId)}
            aria-label={`Cancel ${name}`}
          >
            Cancel
          </Button>
        )}
        {(phase === 'failed' || phase === 'cancelled') && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            onClick={() => retryUpload(importId)}
            aria-label={`Try ${name} again`}
          >
            Try again
          </Button>
        )}
      </div>
      {phase === 'sending' && <UploadProgress upload={upload} />}
      {phase === 'failed' && <InlineError error={upload.error} />}
      {phase === 'cancelled' && (
        <div className={classes.note}>Cancelled. Nothing of this file was stored.</div>
      )}
      {upload.result && <ImportOutcome counts={upload.result} name={name} />}
    </div>
  );
}

function PhaseTag({ upload }: { upload: Upload }) {
  switch (upload.phase) {
    case 'waiting':
      return <Tag>Waiting</Tag>;
    case 'sending':
      return <Tag tone="info">{upload.sentBytes >= upload.sizeBytes ? 'Storing' : 'Sending'}</Tag>;
    case 'failed':
      return <Tag tone="denied">Failed</Tag>;
    case 'cancelled':
      return <Tag tone="warning">Cancelled</Tag>;
    default:
      return upload.result?.already_imported ? (
        <Tag tone="info">Imported before</Tag>
      ) : (
        <Tag tone="allowed">Done</Tag>
      );
  }
}

const FIRST_QUESTION_MS = 1500;

function UploadProgress({ upload }: { upload: Upload }) {
  const { importId, name, sentBytes, sizeBytes } = upload;
  // A short one is done before it is worth asking; and the server has to have begun.
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setAsking(true), FIRST_QUESTION_MS);
    return () => clearTimeout(timer);
  }, []);
  const { data } = useQuery(importProgress(importId, asking));
  const sent = sizeBytes > 0 ? (sentBytes / sizeBytes) * 100 : 100;
  const stored = data && sizeBytes > 0 ? Math.min((data.bytes / sizeBytes) * 100, 100) : 0;
  return (
    <div className={classes.progress}>
      <div className={classes.bar}>
        <span id={`${importId}-sent`}>Sent</span>
        <Progress.Root size="sm">
          <Progress.Section value={sent} aria-labelledby={`${importId}-sent`} />
        </Progress.Root>
        <span className="numeric">
          {formatBytes(sentBytes)} of {formatBytes(sizeBytes)}
        </span>
      </div>
      <div className={classes.bar}>
        <span id={`${importId}-read`}>Read</span>
        <Progress.Root size="sm">
          <Progress.Section
            value={stored}
            color="teal"
            animated={sent >= 100}
            aria-labelledby={`${importId}-read`}
          />
        </Progress.Root>
        <span className="numeric">
          {data ? `${formatCount(data.received)} records` : 'not started yet'}
        </span>
      </div>
      {/* Said every ten per cent, not at each event. */}
      <VisuallyHidden role="status">
        {`${name}: ${formatPercent(Math.floor(sent / 10) * 10, 100)} sent`}
      </VisuallyHidden>
    </div>
  );
}
