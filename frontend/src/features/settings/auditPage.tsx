import { Button, Menu, NativeSelect, Skeleton, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconChevronRight, IconDownload, IconFileText } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { toApiError } from '@/api/problem';
import { auditPages, exportAudit } from '@/api/queries/settings';
import type { AuditEntry, AuditFilter } from '@/api/types';
import { TimeRange } from '@/shared/flowFilter/TimeRange';
import { downloadText } from '@/shared/lib/download';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { ShowOlder } from '@/shared/ui/ShowOlder';
import { Tag } from '@/shared/ui/Tag';
import { Time } from '@/shared/ui/Time';
import {
  ACTION_CHOICES,
  actionText,
  changePath,
  howText,
  readAuditFilter,
  versionsText,
  writeAuditFilter,
} from './audit';
import classes from './settings.module.css';

export function Component() {
  const [params, setParams] = useSearchParams();
  const filter = readAuditFilter(params);
  const setFilter = (next: AuditFilter) => setParams(writeAuditFilter(next), { replace: true });
  const pages = useInfiniteQuery(auditPages(filter));
  const entries = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader
        title="Audit"
        description="Who changed what. Entries are never changed, and each is chained to the one before."
        actions={<ExportMenu filter={filter} disabled={entries.length === 0} />}
      />
      <Filters filter={filter} onChange={setFilter} />
      <div className={classes.frame} data-stale={pages.isPlaceholderData || undefined}>
        {pages.isPending ? (
          <div className={classes.skeleton} aria-busy="true">
            <Skeleton height={22} />
            <Skeleton height={22} />
            <Skeleton height={22} />
          </div>
        ) : pages.isError ? (
          <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
        ) : entries.length === 0 ? (
          <EmptyState
            icon={<IconFileText size={22} />}
            title={params.size > 0 ? 'No entry matches' : 'Nothing was changed yet'}
            actions={
              params.size > 0 && (
                <Button variant="default" onClick={() => setFilter({})}>
                  Clear the filter
                </Button>
              )
            }
          />
        ) : (
          <ul className={classes.entries}>
            {entries.map((entry) => (
              <Entry key={entry.audit_id} entry={entry} />
            ))}
          </ul>
        )}
        <ShowOlder pages={pages} what="entries" className={classes.more} />
      </div>
    </>
  );
}

const TYPING_MS = 300;

interface FiltersProps {
  filter: AuditFilter;
  onChange: (filter: AuditFilter) => void;
}

function Filters({ filter, onChange }: FiltersProps) {
  const { time_from: from, time_to: to, ...others } = filter;
  return (
    <search className={classes.filters} aria-label="Filter the audit">
      <TypedFilter
        label="Who"
        placeholder="Who: exact name"
        value={filter.actor?.[0] ?? ''}
        onChange={(actor) => {
          const { actor: _, ...rest } = filter;
          onChange(actor ? { ...rest, actor: [actor] } : rest);
        }}
      />
      <NativeSelect
        aria-label="What was done"
        value={filter.action?.[0] ?? ''}
        data={ACTION_CHOICES}
        onChange={(event) => {
          const { action: _, ...rest } = filter;
          const action = event.currentTarget.value;
          onChange(action ? { ...rest, action: [action] } : rest);
        }}
      />
      <TypedFilter
        label="Name of what was changed"
        placeholder="Name of what was changed"
        value={filter.name ?? ''}
        onChange={(name) => {
          const { name: _, ...rest } = filter;
          onChange(name ? { ...rest, name } : rest);
        }}
      />
      <TimeRange
        filter={{ ...(from && { time_from: from }), ...(to && { time_to: to }) }}
        onChange={(range) =>
          onChange({
            ...others,
            ...(range.time_from && { time_from: range.time_from }),
            ...(range.time_to && { time_to: range.time_to }),
          })
        }
      />
    </search>
  );
}

interface TypedProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

/** A text that goes into the address once the typing stops. */
function TypedFilter({ label, placeholder, value, onChange }: TypedProps) {
  const [text, setText] = useState(value);
  const [settled] = useDebouncedValue(text.trim(), TYPING_MS);
  const apply = useEffectEvent((next: string) => {
    if (next !== value) onChange(next);
  });
  useEffect(() => apply(settled), [settled]);
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const [open, setOpen] = useState(false);
  const path = changePath(entry);
  const versions = versionsText(entry);
  return (
    <li>
      <div className={classes.entry}>
        <UnstyledButton
          className={classes.unfold}
          aria-expanded={open}
          aria-label={`Details of entry ${entry.audit_id}`}
          onClick={() => setOpen(!open)}
        >
          <IconChevronRight size={15} aria-hidden />
        </UnstyledButton>
        <span className={classes.when}>
          <Time iso={entry.at} />
        </span>
        <span className={classes.what}>
          <span>
            <strong>{entry.actor}</strong> {actionText(entry.action)}{' '}
            {entry.name && <span className={classes.object}>{entry.name}</span>}{' '}
            {entry.outcome === 'failed' && <Tag tone="denied">Failed</Tag>}
          </span>
          {entry.reason && <span className={classes.reason}>{entry.reason}</span>}
        </span>
        <span className={classes.versions}>
          {path ? <Link to={path}>{versions ?? 'History'}</Link> : versions}
        </span>
        <span className={classes.how}>
          {howText(entry)}
          {entry.address && <span>from {entry.address}</span>}
        </span>
      </div>
      {open && <Details entry={entry} />}
    </li>
  );
}

function Details({ entry }: { entry: AuditEntry }) {
  const detail = Object.keys(entry.detail).length > 0 && JSON.stringify(entry.detail, null, 2);
  const rows: [string, string | null][] = [
    ['Entry', entry.audit_id],
    ['Action', entry.action],
    ['Object', entry.object],
    ['Request', entry.request_id],
    ['Trace', entry.trace_id],
    ['SHA-256 before', entry.before_sha256],
    ['SHA-256 after', entry.after_sha256],
    ['Hash of the entry', entry.hash],
  ];
  return (
    <div className={classes.entryDetails}>
      <dl>
        {rows
          .filter(([, value]) => value)
          .map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd className="mono">{value}</dd>
            </div>
          ))}
      </dl>
      {detail && <pre tabIndex={0}>{detail}</pre>}
    </div>
  );
}

const EXPORTS = [
  { label: 'NDJSON', type: 'application/x-ndjson', file: 'audit.ndjson' },
  { label: 'CSV', type: 'text/csv', file: 'audit.csv' },
] as const;

function ExportMenu({ filter, disabled }: { filter: AuditFilter; disabled: boolean }) {
  const save = useMutation({
    mutationFn: async ({ type, file }: (typeof EXPORTS)[number]) =>
      downloadText(file, await exportAudit(filter, type), type),
    onError: (error) => {
      const problem = toApiError(error);
      notifications.show({ color: 'red', title: problem.title, message: problem.detail ?? '' });
    },
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          disabled={disabled}
          loading={save.isPending}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {EXPORTS.map((item) => (
          <Menu.Item key={item.label} onClick={() => save.mutate(item)}>
            All that match, as {item.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
