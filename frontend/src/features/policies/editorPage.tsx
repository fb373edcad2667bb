import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { policy as policyQuery } from '@/api/queries/policies';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { PolicyEditor } from './PolicyEditor';

export function Component() {
  const { policyId = '' } = useParams();
  const { data, error, isPending, refetch } = useQuery(policyQuery(policyId));
  if (isPending) {
    return (
      <div aria-busy="true">
        <PageHeader title="Policy" />
        <Skeleton height={420} />
      </div>
    );
  }
  if (error) {
    return (
      <>
        <PageHeader title="Policy" />
        <ErrorState error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  return <PolicyEditor key={policyId} policy={data.policy} etag={data.etag} />;
}
