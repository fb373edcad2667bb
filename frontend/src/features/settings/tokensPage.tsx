import { Button, Skeleton, Table } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { tokenPages } from '@/api/queries/settings';
import type { NewToken, Token } from '@/api/types';
import { useSession } from '@/shared/session/useSession';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { ShowOlder } from '@/shared/ui/ShowOlder';
import { Tag } from '@/shared/ui/Tag';
import { Time } from '@/shared/ui/Time';
import classes from './settings.module.css';
import { KINDS } from './tokens';

const CreateToken = lazy(() => import('./CreateToken'));
const TokenSecret = lazy(() => import('./TokenSecret'));
const TokenChange = lazy(() => import('./TokenChange'));

export function Component() {
  const pages = useInfiniteQuery(tokenPages());
  const session = useSession();
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<NewToken>();
  const [change, setChange] = useState<{ token: Token; what: 'rotate' | 'revoke' }>();
  const tokens = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const ofAll = session?.role === 'admin';

  return (
    <>
      <PageHeader
        title="API tokens"
        description="For shippers and pipelines. A token is shown once; only a hash of it is stored."
        actions={
          <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
            New token
          </Button>
        }
      />
      <div className={classes.frame}>
        {pages.isPending ? (
          <div className={classes.skeleton} aria-busy="true">
            <Skeleton height={22} />
            <Skeleton height={22} />
          </div>
        ) : pages.isError ? (
          <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
        ) : tokens.length === 0 ? (
          <EmptyState
            icon={<IconKey size={22} />}
            title="There are no tokens yet"
            actions={<Button onClick={() => setCreating(true)}>Make the first one</Button>}
          >
            A shipper needs one to bring flows, a pipeline to read policies.
          </EmptyState>
        ) : (
          <Table.ScrollContainer minWidth={1020} type="native">
            <Table highlightOnHover className={classes.table}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>May do</Table.Th>
                  {ofAll && <Table.Th>Owner</Table.Th>}
                  <Table.Th>State</Table.Th>
                  <Table.Th>Last used</Table.Th>
                  <Table.Th>
                    <span className={classes.hidden}>Actions</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {tokens.map((token) => (
                  <TokenRow
                    key={token.token_id}
                    token={token}
                    ofAll={ofAll}
                    onChange={(what) => setChange({ token, what })}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        <ShowOlder pages={pages} what="tokens" className={classes.more} />
      </div>
      <Suspense>
        {creating && (
          <CreateToken
            onMade={(token) => {
              setCreating(false);
              setMade(token);
            }}
            onClose={() => setCreating(false)}
          />
        )}
        {change && (
          <TokenChange
            {...change}
            onDone={(successor) => {
              setChange(undefined);
              setMade(successor);
            }}
            onClose={() => setChange(undefined)}
          />
        )}
        {made && <TokenSecret made={made} onClose={() => setMade(undefined)} />}
      </Suspense>
    </>
  );
}

interface RowProps {
  token: Token;
  ofAll: boolean;
  onChange: (what: 'rotate' | 'revoke') => void;
}

function TokenRow({ token, ofAll, onChange }: RowProps) {
  const kind = KINDS.find((item) => item.value === token.kind)?.label ?? token.kind;
  return (
    <Table.Tr data-quiet={token.state !== 'active' || undefined}>
      <Table.Td>
        <strong>{token.name}</strong>
        <div className={classes.dimmed}>
          {kind}, <span className="mono">{token.token_id}</span>
        </div>
      </Table.Td>
      <Table.Td>
        <div className={classes.scopes}>
          {token.scopes.map((scope) => (
            <code key={scope}>{scope}</code>
          ))}
        </div>
        {token.limits && (
          <div className={classes.dimmed}>
            only in {token.limits.join(', ')} (cluster/namespace)
          </div>
        )}
      </Table.Td>
      {ofAll && <Table.Td>{token.owner}</Table.Td>}
      <Table.Td>
        <TokenState token={token} />
      </Table.Td>
      <Table.Td>
        {token.last_used_at ? (
          <>
            <Time iso={token.last_used_at} form="relative" />
            <div className={classes.dimmed}>from {token.last_used_address}</div>
          </>
        ) : (
          <span className={classes.dimmed}>never</span>
        )}
      </Table.Td>
      <Table.Td>
        {token.state === 'active' && (
          <div className={classes.actions}>
            {!token.rotated_to && (
              <Button
                variant="default"
                size="compact-sm"
                aria-label={`Rotate ${token.name}`}
                onClick={() => onChange('rotate')}
              >
                Rotate
              </Button>
            )}
            <Button
              variant="subtle"
              color="red"
              size="compact-sm"
              aria-label={`Revoke ${token.name}`}
              onClick={() => onChange('revoke')}
            >
              Revoke
            </Button>
          </div>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function TokenState({ token }: { token: Token }) {
  if (token.state === 'revoked') {
    return (
      <>
        <Tag tone="denied">Revoked</Tag>
        <div className={classes.dimmed}>
          {token.revoked_at && <Time iso={token.revoked_at} form="relative" />}
          {token.revoked_by && ` by ${token.revoked_by}`}
        </div>
      </>
    );
  }
  if (token.state === 'expired') {
    return (
      <>
        <Tag>Expired</Tag>
        <div className={classes.dimmed}>
          <Time iso={token.expires_at} form="relative" />
        </div>
      </>
    );
  }
  return (
    <>
      {token.rotated_to ? (
        <Tag tone="warning">Being rotated</Tag>
      ) : (
        <Tag tone="allowed">Active</Tag>
      )}
      <div className={classes.dimmed}>
        expires <Time iso={token.expires_at} form="relative" />
      </div>
    </>
  );
}
