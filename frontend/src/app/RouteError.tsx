import { Button } from '@mantine/core';
import { isRouteErrorResponse, useRouteError } from 'react-router';
import { ErrorState } from '@/shared/ui/ErrorState';
import { NotFound } from './NotFound';

/** A page that could not be loaded or that failed while drawing. */
export function RouteError({ bare }: { bare?: boolean }) {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />;
  return (
    <main id={bare ? 'main' : undefined}>
      <ErrorState
        error={error}
        onRetry={() => location.reload()}
        actions={
          <Button component="a" href="/" variant="subtle">
            Go to the dashboard
          </Button>
        }
      />
    </main>
  );
}
