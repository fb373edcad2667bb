import { Skeleton } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { driftCount } from '@/api/queries/policies';
import type { PolicySummary } from '@/api/types';
import { formatCompact, formatDate, plural } from '@/shared/lib/format';
import { fullName } from '@/shared/policies/labels';
import classes from './list.module.css';

/** Recorded connections since the version that it does not allow; asked for once the row is seen. */
export function DriftBadge({ policy }: { policy: PolicySummary }) {
  const { ref, entry } = useIntersection({ rootMargin: '100px' });
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (entry?.isIntersecting) setSeen(true);
  }, [entry]);
  const { data, isError } = useQuery({
    ...driftCount(policy.policy_id, policy.version),
    enabled: seen,
  });
  return (
    <span ref={ref} className={classes.driftCell}>
      {data ? (
        <Badge policy={policy} {...data} />
      ) : isError ? (
        <span className={classes.dimmed} title="The drift of this policy could not be worked out.">
          unknown
        </span>
      ) : (
        <Skeleton height={14} width={64} />
      )}
    </span>
  );
}

interface BadgeProps {
  policy: PolicySummary;
  uncovered: number;
  unused: number;
  since: string;
}

function Badge({ policy, uncovered, unused, since }: BadgeProps) {
  const when = `since ${formatDate(since)}`;
  if (uncovered > 0) {
    return (
      <Link
        to={`/policies/${policy.policy_id}`}
        className={classes.drift}
        title={`${plural(uncovered, 'connection')} recorded ${when} that ${fullName(policy)} does not allow`}
      >
        <IconAlertTriangle size={13} aria-hidden />
        {formatCompact(uncovered)} not allowed
      </Link>
    );
  }
  return (
    <span
      className={classes.dimmed}
      title={
        unused > 0
          ? `All that was recorded ${when} is allowed; nothing used ${plural(unused, 'rule')}`
          : `All that was recorded ${when} is allowed`
      }
    >
      <IconCheck size={13} aria-hidden className={classes.driftFine} />{' '}
      {unused > 0 ? `${plural(unused, 'rule')} unused` : 'none'}
    </span>
  );
}
