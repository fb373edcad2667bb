import { Collapse, Skeleton, UnstyledButton } from '@mantine/core';
import { IconChevronRight, IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { importPages } from '@/api/queries/imports';
import type { Import } from '@/api/types';
import { formatBytes, formatCount } from '@/shared/lib/format';
import { Card } from '@/shared/ui/Card';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { ShowOlder } from '@/shared/ui/ShowOlder';
import { Tag } from '@/shared/ui/Tag';
import { Time } from '@/shared/ui/Time';
import classes from './ImportHistory.module.css';
import { ImportOutcome } from './ImportOutcome';

export function ImportHistory() {
  const pages = useInfiniteQuery(importPages());
  const imports = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="All imports" flush className={classes.card}>
      {pages.isPending && (
        <div className={classes.loading} aria-busy="true">
          <Skeleton height={20} />
          <Skeleton height={20} />
          <Skeleton height={20} />
        </div>
      )}
      {pages.isError && (
        <ErrorState compact error={pages.error} onRetry={() => void pages.refetch()} />
      )}
      {pages.isSuccess && imports.length === 0 && (
        <EmptyState compact icon={<IconHistory size={20} />} title="Nothing was imported yet">
          Drop a file above, load the sample data, or send flows from a pipeline with{' '}
          <code className="mono">curl -T flows.jsonl …/api/flows/import</code>
        </EmptyState>
      )}
      <ul className={classes.list}>
        {imports.map((item) => (
          <ImportRow key={item.import_id} item={item} />
        ))}
      </ul>
      <ShowOlder pages={pages} what="imports" className={classes.more} />
    </Card>
  );
}

const STATES = {
  done: { label: 'Done', tone: 'allowed' },
  running: { label: 'Running', tone: 'info' },
  cut: { label: 'Cut short', tone: 'denied' },
  failed: { label: 'Failed', tone: 'denied' },
} as const;

function ImportRow({ item }: { item: Import }) {
  const [open, setOpen] = useState(false);
  const state = STATES[item.state];
  const name = item.name || 'Sent without a name';
  return (
    <li className={classes.row}>
      <UnstyledButton
        className={classes.summary}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <IconChevronRight size={15} aria-hidden className={classes.chevron} />
        <span className={classes.name}>{name}</span>
        <Tag tone={state.tone}>
          {item.stream && item.state === 'running' ? 'Streaming' : state.label}
        </Tag>
        <span className={classes.figure}>
          <strong className="numeric">{formatCount(item.accepted)}</strong>{' '}
          {item.accepted === 1 ? 'flow' : 'flows'}
        </span>
        <span className={classes.figure}>
          {item.rejected > 0 ? (
            <span className={classes.rejected}>{formatCount(item.rejected)} rejected</span>
          ) : (
            formatBytes(item.bytes)
          )}
        </span>
        <span className={classes.author}>{item.author}</span>
        <span className={classes.when}>
          <Time
            iso={item.state === 'running' ? item.updated_at : item.started_at}
            form="relative"
          />
        </span>
      </UnstyledButton>
      <Collapse expanded={open}>
        <div className={classes.details}>
          {item.failure && <p className={classes.failure}>{item.failure}</p>}
          <ImportOutcome counts={item} name={item.name || 'import'} />
        </div>
      </Collapse>
    </li>
  );
}
