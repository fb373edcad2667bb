import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import type { Connection, FlowFilter } from '../types';

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

/** So many connections a map is made of: the busiest. */
export const MAP_PAGES = 10;
const MAP_PAGE = 1000;

/** The busiest connections of a filter at once, for the service map. */
export const mapConnections = (filter: FlowFilter) => {
  const { direction: _, ...query } = filter;
  return queryOptions({
    queryKey: ['flows', 'map', query],
    queryFn: async ({ signal }) => {
      const items: Connection[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MAP_PAGES; page++) {
        const answer = await unwrap(
          client.GET('/api/connections', {
            params: { query: { ...query, limit: MAP_PAGE, cursor } },
            signal,
          }),
        );
        items.push(...answer.items);
        cursor = answer.next_cursor ?? undefined;
        if (cursor === undefined) break;
      }
      return { items, complete: cursor === undefined };
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
};
