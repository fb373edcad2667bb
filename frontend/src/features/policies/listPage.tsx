import { Button, Checkbox, Group, Menu, Skeleton, Switch, Table, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload, IconPlus, IconSearch, IconShieldCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { bulkDownloadUrl, policyPages } from '@/api/queries/policies';
import type { PolicySummary } from '@/api/types';
import { plural } from '@/shared/lib/format';
import { KindTag } from '@/shared/policies/labels';
import { Permitted } from '@/shared/session/Permitted';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { Time } from '@/shared/ui/Time';
import { DriftBadge } from './DriftBadge';
import classes from './list.module.css';

export function Component() {
  const [params, setParams] = useSearchParams();
  const deleted = params.get('deleted') === 'true';
  const [text, setText] = useState(params.get('q') ?? '');
  const [q] = useDebouncedValue(text.trim(), 250);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const pages = useInfiniteQuery(policyPages({ ...(q && { q }), ...(deleted && { deleted }) }));
  const policies = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const ids = policies.map((policy) => policy.policy_id);
  const chosenIds = ids.filter((id) => chosen.has(id));

  const choose = (list: string[], wanted: boolean) => {
    const next = new Set(chosen);
    for (const id of list) {
      if (wanted) next.add(id);
      else next.delete(id);
    }
    setChosen(next);
  };

  return (
    <>
      <PageHeader
        title="Policies"
        description="Every policy that was generated or written here, with all its versions."
        actions={
          <>
            <DownloadMenu ids={chosenIds} disabled={deleted || policies.length === 0} />
            <Permitted needs="editor">
              <Button component={Link} to="/policies/new" leftSection={<IconPlus size={16} />}>
                New policy
              </Button>
            </Permitted>
          </>
        }
      />
      <Group mb="sm" gap="md">
        <TextInput
          className={classes.search}
          leftSection={<IconSearch size={15} />}
          placeholder="Find by name"
          aria-label="Find a policy by name"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Switch
          label="Show deleted"
          checked={deleted}
          onChange={(event) => {
            setChosen(new Set());
            setParams(event.currentTarget.checked ? { deleted: 'true' } : {}, { replace: true });
          }}
        />
      </Group>
      <div className={classes.frame} data-stale={pages.isPlaceholderData || undefined}>
        {pages.isPending ? (
          <div className={classes.skeleton} aria-busy="true">
            <Skeleton height={22} />
            <Skeleton height={22} />
            <Skeleton height={22} />
          </div>
        ) : pages.isError ? (
          <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
        ) : policies.length === 0 ? (
          <NoPolicies searching={q !== ''} deleted={deleted} />
        ) : (
          <Table.ScrollContainer minWidth={960} type="native">
            <Table highlightOnHover className={classes.table}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={44}>
                    <Checkbox
                      size="xs"
                      aria-label="Select all listed"
                      checked={chosenIds.length === ids.length}
                      indeterminate={chosenIds.length > 0 && chosenIds.length < ids.length}
                      onChange={(event) => choose(ids, event.currentTarget.checked)}
                    />
                  </Table.Th>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Namespace</Table.Th>
                  <Table.Th>Kind</Table.Th>
                  <Table.Th>Version</Table.Th>
                  {!deleted && <Table.Th>Drift</Table.Th>}
                  <Table.Th>Last change</Table.Th>
                  <Table.Th>By</Table.Th>
                  <Table.Th>{deleted ? 'Deleted' : 'Changed'}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {policies.map((policy) => (
                  <PolicyRow
                    key={policy.policy_id}
                    policy={policy}
                    chosen={chosen.has(policy.policy_id)}
                    onChoose={(wanted) => choose([policy.policy_id], wanted)}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {pages.hasNextPage && (
          <div className={classes.more}>
            <Button
              variant="subtle"
              loading={pages.isFetchingNextPage}
              onClick={() => void pages.fetchNextPage()}
            >
              Show more
            </Button>
          </div>
        )}
      </div>
    </>
  );
}

interface RowProps {
  policy: PolicySummary;
  chosen: boolean;
  onChoose: (wanted: boolean) => void;
}

function PolicyRow({ policy, chosen, onChoose }: RowProps) {
  return (
    <Table.Tr data-chosen={chosen || undefined}>
      <Table.Td>
        <Checkbox
          size="xs"
          aria-label={`Select ${policy.policy_name}`}
          checked={chosen}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td className={classes.name}>
        <Link
          className="truncate"
          title={policy.policy_name}
          to={policy.deleted_at ? `/history/${policy.policy_id}` : `/policies/${policy.policy_id}`}
        >
          {policy.policy_name}
        </Link>
      </Table.Td>
      <Table.Td className={classes.namespace}>
        {policy.namespace || <span className={classes.dimmed}>clusterwide</span>}
      </Table.Td>
      <Table.Td>
        <KindTag kind={policy.kind} />
      </Table.Td>
      <Table.Td className="numeric">{policy.version}</Table.Td>
      {policy.deleted_at === null && (
        <Table.Td>
          <DriftBadge policy={policy} />
        </Table.Td>
      )}
      <Table.Td className={classes.summary}>
        <span className="truncate">{policy.change_summary || '–'}</span>
      </Table.Td>
      <Table.Td className={classes.dimmed}>{policy.updated_by}</Table.Td>
      <Table.Td className={classes.dimmed}>
        <Time iso={policy.deleted_at ?? policy.updated_at} form="relative" />
      </Table.Td>
    </Table.Tr>
  );
}

function DownloadMenu({ ids, disabled }: { ids: string[]; disabled: boolean }) {
  const what = ids.length > 0 ? plural(ids.length, 'policy', 'policies') : 'all policies';
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />} disabled={disabled}>
          Download {what}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={bulkDownloadUrl(ids, 'yaml')} download>
          One YAML file
        </Menu.Item>
        <Menu.Item component="a" href={bulkDownloadUrl(ids, 'zip')} download>
          A zip with a file for each
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function NoPolicies({ searching, deleted }: { searching: boolean; deleted: boolean }) {
  if (searching) return <EmptyState title="No policy has this in its name" />;
  if (deleted) return <EmptyState title="No policy was deleted" />;
  return (
    <EmptyState
      icon={<IconShieldCheck size={22} />}
      title="There are no policies yet"
      actions={
        <>
          <Button component={Link} to="/traffic">
            Generate from traffic
          </Button>
          <Permitted needs="editor">
            <Button component={Link} to="/policies/new" variant="default">
              Write one
            </Button>
          </Permitted>
        </>
      }
    >
      Select traffic that should keep working and generate a policy from it, or paste one that you
      have.
    </EmptyState>
  );
}
