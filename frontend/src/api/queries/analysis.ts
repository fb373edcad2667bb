import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import type { GenerateRequest, SimulateRequest } from '../types';

/** What would be generated; nothing is stored. The last preview stays while a new one is made. */
export const preview = (request: GenerateRequest) =>
  queryOptions({
    queryKey: ['generate', request],
    queryFn: ({ signal }) =>
      unwrap(
        client.POST('/api/policies/generate', { body: { ...request, dry_run: true }, signal }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const generate = (request: GenerateRequest) =>
  unwrap(client.POST('/api/policies/generate', { body: { ...request, dry_run: false } }));

export const simulation = (request: SimulateRequest) =>
  queryOptions({
    queryKey: ['simulate', request],
    queryFn: ({ signal }) =>
      unwrap(client.POST('/api/policies/simulate', { body: request, signal })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
