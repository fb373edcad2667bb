import { Button, SegmentedControl, Skeleton } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Link, useSearchParams } from 'react-router';
import { policy as policyQuery, versionPages } from '@/api/queries/policies';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Tag } from '@/shared/ui/Tag';
import { type Choice, readChoice, writeChoice } from './choice';
import classes from './history.module.css';
import { Timeline } from './Timeline';
import { VersionPanel } from './VersionPanel';

const ComparePanel = lazy(() => import('./ComparePanel'));

/** Versions at the left; at the right one of them, or two compared. Both choices live in the address. */
export function PolicyHistory({ policyId }: { policyId: string }) {
  const [params, setParams] = useSearchParams();
  const stored = useQuery(policyQuery(policyId));
  const pages = useInfiniteQuery(versionPages(policyId));
  const error = stored.error ?? pages.error;
  if (error) {
    return (
      <ErrorState
        error={error}
        onRetry={() => {
          void stored.refetch();
          void pages.refetch();
        }}
      />
    );
  }
  if (!stored.data || !pages.data) {
    return (
      <div className={classes.columns} aria-busy="true">
        <Skeleton height={320} />
        <Skeleton height={420} />
      </div>
    );
  }
  const { policy, etag } = stored.data;
  const versions = pages.data.pages.flatMap((page) => page.items);
  const choice = readChoice(params, policy.version);
  const choose = (next: Choice) => setParams(writeChoice(next, policy.version), { replace: true });

  return (
    <div className={classes.columns}>
      <section aria-label="Versions">
        {policy.deleted_at && (
          <div className={classes.deleted}>
            <Tag tone="denied">Deleted</Tag> Restore a version to bring it back.
          </div>
        )}
        <Timeline
          versions={versions}
          current={policy.deleted_at ? undefined : policy.version}
          choice={choice}
          onChoose={choose}
        />
        {pages.hasNextPage && (
          <Button
            variant="subtle"
            loading={pages.isFetchingNextPage}
            onClick={() => void pages.fetchNextPage()}
          >
            Show older versions
          </Button>
        )}
      </section>
      <section aria-label="Content" className={classes.content}>
        <div className={classes.tools}>
          <SegmentedControl
            aria-label="Show"
            value={choice.compare === undefined ? 'one' : 'two'}
            onChange={(value) =>
              choose({
                version: choice.version,
                compare: value === 'two' ? neighbour(choice.version, policy.version) : undefined,
              })
            }
            data={[
              { value: 'one', label: 'One version' },
              { value: 'two', label: 'Compare two', disabled: policy.version < 2 },
            ]}
          />
          {!policy.deleted_at && (
            <Button variant="subtle" component={Link} to={`/policies/${policyId}`}>
              Open the editor
            </Button>
          )}
        </div>
        {choice.compare === undefined ? (
          <VersionPanel policy={policy} etag={etag} number={choice.version} />
        ) : (
          <Suspense fallback={<Skeleton height={420} />}>
            <ComparePanel
              policy={policy}
              etag={etag}
              older={choice.compare}
              newer={choice.version}
              onChoose={choose}
            />
          </Suspense>
        )}
      </section>
    </div>
  );
}

/** What a version is most often compared with: the one before it. */
const neighbour = (version: number, latest: number) =>
  version > 1 ? version - 1 : Math.min(version + 1, latest);
