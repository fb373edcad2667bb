import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import { ApiError } from '../problem';
import type { AuditFilter, TokenRequest } from '../types';

export const tokenPages = () =>
  infiniteQueryOptions({
    queryKey: ['tokens'],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/tokens', { params: { query: { limit: 100, cursor: pageParam } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const createToken = (request: TokenRequest) =>
  unwrap(client.POST('/api/tokens', { body: request }));

export const rotateToken = (tokenId: string) =>
  unwrap(
    client.POST('/api/tokens/{token_id}/rotate', {
      params: { path: { token_id: tokenId } },
      body: {},
    }),
  );

export const revokeToken = async (tokenId: string) => {
  await unwrap(
    client.DELETE('/api/tokens/{token_id}', { params: { path: { token_id: tokenId } } }),
  );
};

export const auditPages = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/audit', {
          params: { query: { ...filter, limit: 100, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** All entries of a filter as text, in a form that other programs read. */
export async function exportAudit(
  filter: AuditFilter,
  type: 'application/x-ndjson' | 'text/csv',
): Promise<string> {
  const text = String(
    await unwrap(
      client.GET('/api/audit', {
        params: { query: filter },
        headers: { Accept: type },
        parseAs: 'text',
      }),
    ),
  );
  // The last line says whether it is all; a stream that was cut has none.
  if (type === 'application/x-ndjson' && !/"complete":\s*true[^\n]*\s*$/.test(text)) {
    throw new ApiError({
      status: 0,
      code: 'cut',
      title: 'The export is not complete',
      detail: 'The server stopped before the last entry. Nothing was saved; try again.',
    });
  }
  return text;
}

export const storage = () =>
  queryOptions({
    queryKey: ['storage'],
    queryFn: ({ signal }) => unwrap(client.GET('/api/storage', { signal })),
    staleTime: 60_000,
  });
