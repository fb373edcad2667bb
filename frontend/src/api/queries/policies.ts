import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, unwrap, unwrapResponse } from '../client';
import { gate } from '../gate';
import type { PolicyReference } from '../types';

export interface PolicyListFilter {
  q?: string;
  namespace?: string[];
  deleted?: boolean;
}

export const policyPages = (filter: PolicyListFilter) =>
  infiniteQueryOptions({
    queryKey: ['policies', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/policies', {
          params: { query: { ...filter, limit: 100, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** For choosing one: the first thousand by name part. */
export const policyChoices = (q: string, deleted = false) =>
  queryOptions({
    queryKey: ['policies', 'choices', q, deleted],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/policies', {
          params: { query: { ...(q !== '' && { q }), deleted, limit: 1000 } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

async function loadPolicy(policyId: string, signal?: AbortSignal) {
  const { data, response } = await unwrapResponse(
    client.GET('/api/policies/{policy_id}', {
      params: { path: { policy_id: policyId } },
      signal,
    }),
  );
  return { policy: data, etag: response.headers.get('etag') ?? '' };
}

/** A policy and the ETag that its edit has to name. */
export const policy = (policyId: string) =>
  queryOptions({
    queryKey: ['policies', 'one', policyId],
    queryFn: ({ signal }) => loadPolicy(policyId, signal),
    // An open editor must not be overtaken by a refetch; a save is checked by its ETag anyway.
    refetchOnWindowFocus: false,
  });

export const versionPages = (policyId: string) =>
  infiniteQueryOptions({
    queryKey: ['policies', 'versions', policyId],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/policies/{policy_id}/versions', {
          params: { path: { policy_id: policyId }, query: { limit: 100, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** A version never changes. */
export const version = (policyId: string, number: number) =>
  queryOptions({
    queryKey: ['policies', 'version', policyId, number],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/policies/{policy_id}/versions/{version}', {
          params: { path: { policy_id: policyId, version: number } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const drift = (policyId: string, versionNumber: number) =>
  queryOptions({
    queryKey: ['policies', 'drift', policyId, versionNumber],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/policies/{policy_id}/drift', {
          params: { path: { policy_id: policyId } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });

/** Drift is a replay of all that was recorded since: a list of policies asks for few at a time. */
const driftGate = gate(2);

/** How much of a policy's drift there is, for a list; the connections are not fetched. */
export const driftCount = (policyId: string, versionNumber: number) =>
  queryOptions({
    queryKey: ['policies', 'driftCount', policyId, versionNumber],
    queryFn: ({ signal }) =>
      driftGate(
        () =>
          unwrap(
            client.GET('/api/policies/{policy_id}/drift', {
              params: { path: { policy_id: policyId }, query: { limit: 1 } },
              signal,
            }),
          ),
        signal,
      ),
    select: ({ total, unused_rules: unused, since }) => ({
      uncovered: total,
      unused: unused.length,
      since,
    }),
    staleTime: 300_000,
    retry: false,
    refetchOnWindowFocus: false,
  });

/** What changes in meaning between two sets of policies. */
export const semanticDiff = (before: PolicyReference[], after: PolicyReference[]) =>
  queryOptions({
    queryKey: ['policies', 'diff', before, after],
    queryFn: ({ signal }) =>
      unwrap(client.POST('/api/policies/diff', { body: { old: before, new: after }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });

export const validation = (yaml: string) =>
  queryOptions({
    queryKey: ['policies', 'validation', yaml],
    queryFn: ({ signal }) =>
      unwrap(client.POST('/api/policies/validate', { body: { yaml_content: yaml }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

export const createPolicy = (yaml: string, summary: string) =>
  unwrap(client.POST('/api/policies', { body: { yaml_content: yaml, change_summary: summary } }));

export const savePolicy = (policyId: string, etag: string, yaml: string, summary: string) =>
  unwrap(
    client.PUT('/api/policies/{policy_id}', {
      params: { path: { policy_id: policyId }, header: { 'If-Match': etag } },
      body: { yaml_content: yaml, change_summary: summary },
    }),
  );

export const deletePolicy = async (policyId: string, etag: string) => {
  await unwrap(
    client.DELETE('/api/policies/{policy_id}', {
      params: { path: { policy_id: policyId }, header: { 'If-Match': etag } },
    }),
  );
};

export const restoreVersion = (policyId: string, etag: string, number: number, summary: string) =>
  unwrap(
    client.POST('/api/policies/{policy_id}/restore', {
      params: { path: { policy_id: policyId }, header: { 'If-Match': etag } },
      body: { version: number, change_summary: summary },
    }),
  );

export const downloadUrl = (policyId: string, number?: number) =>
  `/api/policies/${encodeURIComponent(policyId)}/download${number ? `?version=${number}` : ''}`;

export function bulkDownloadUrl(policyIds: string[], format: 'yaml' | 'zip') {
  const query = new URLSearchParams({ format });
  for (const id of policyIds) query.append('ids', id);
  return `/api/policies/download?${query}`;
}
