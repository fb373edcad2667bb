import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '../client';

export const dashboard = () =>
  queryOptions({
    queryKey: ['dashboard'],
    queryFn: ({ signal }) => unwrap(client.GET('/api/dashboard', { signal })),
    refetchInterval: 60_000,
  });

export const session = () =>
  queryOptions({
    queryKey: ['session'],
    queryFn: ({ signal }) => unwrap(client.GET('/api/session', { signal })),
    staleTime: 300_000,
  });
