import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import type { FlowFilter } from '../types';

export const FLOW_PAGE = 500;

/** Flows, newest first, page after page. */
export const flowPages = (filter: FlowFilter) =>
  infiniteQueryOptions({
    queryKey: ['flows', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/flows', {
          params: { query: { ...filter, limit: FLOW_PAGE, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** Connections, busiest first. They have no direction of their own, so that filter is left out. */
export const connectionPages = (filter: FlowFilter) => {
  const { direction: _, ...query } = filter;
  return infiniteQueryOptions({
    queryKey: ['flows', 'connections', query],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/connections', {
          params: { query: { ...query, limit: FLOW_PAGE, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
};

export const facets = (filter: FlowFilter) =>
  queryOptions({
    queryKey: ['flows', 'facets', filter],
    queryFn: ({ signal }) =>
      unwrap(client.GET('/api/flows/facets', { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

/** One connection, by its id. */
export const connection = (connectionId: string) =>
  queryOptions({
    queryKey: ['flows', 'connection', connectionId],
    queryFn: async ({ signal }) => {
      const page = await unwrap(
        client.GET('/api/connections', {
          params: { query: { connection: [connectionId], limit: 1 } },
          signal,
        }),
      );
      return page.items[0] ?? null;
    },
  });

export const deleteFlows = (filter: FlowFilter, all: boolean) =>
  unwrap(client.DELETE('/api/flows', { params: { query: { ...filter, ...(all && { all }) } } }));
