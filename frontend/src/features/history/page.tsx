import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { Link, useNavigate, useParams } from 'react-router';
import { EmptyState } from '@/shared/ui/EmptyState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { PolicyHistory } from './PolicyHistory';
import { PolicyPicker } from './PolicyPicker';

export function Component() {
  const { policyId } = useParams();
  const navigate = useNavigate();
  return (
    <>
      <PageHeader
        title="History"
        description="Every version of a policy stays. Read one, compare two, or make an older one current again."
        actions={
          <PolicyPicker
            value={policyId}
            onChange={(id) => navigate(id ? `/history/${id}` : '/history')}
          />
        }
      />
      {policyId ? (
        <PolicyHistory key={policyId} policyId={policyId} />
      ) : (
        <EmptyState
          icon={<IconHistory size={22} />}
          title="Choose a policy to see its versions"
          actions={
            <Button component={Link} to="/policies" variant="default">
              Look at all policies
            </Button>
          }
        >
          Deleted policies keep their history and can be chosen too.
        </EmptyState>
      )}
    </>
  );
}
