import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from 'react-router';
import { EmptyState } from '@/shared/ui/EmptyState';
import { PageHeader } from '@/shared/ui/PageHeader';

export function NotFound() {
  return (
    <>
      <PageHeader title="Page not found" />
      <EmptyState
        icon={<IconMapQuestion size={24} />}
        title="There is no page at this address"
        actions={
          <Button component={Link} to="/">
            Go to the dashboard
          </Button>
        }
      >
        The address may be misspelt, or what it pointed to was deleted.
      </EmptyState>
    </>
  );
}
