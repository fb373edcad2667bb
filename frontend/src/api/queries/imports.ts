import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import type { ImportResult } from '../types';
import { upload } from '../upload';

const RUNNING_MS = 2000;

export const importPages = () =>
  infiniteQueryOptions({
    queryKey: ['imports', 'list'],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/imports', { params: { query: { limit: 25, cursor: pageParam } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // What runs is counted on; what is done stays as it is.
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((item) => item.state === 'running'))
        ? RUNNING_MS
        : false,
  });

/** How far a running import is; an import that has not begun yet is not there. */
export const importProgress = (importId: string, active: boolean) =>
  queryOptions({
    queryKey: ['imports', 'one', importId],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/imports/{import_id}', {
          params: { path: { import_id: importId } },
          signal,
        }),
      ),
    enabled: active,
    refetchInterval: 1000,
    retry: false,
  });

export const loadSamples = () => unwrap(client.POST('/api/samples'));

interface UploadFlows {
  importId: string;
  file: File;
  signal: AbortSignal;
  onProgress: (sentBytes: number) => void;
}

export function uploadFlows({ importId, file, signal, onProgress }: UploadFlows) {
  const query = new URLSearchParams({ import_id: importId, name: file.name.slice(-255) });
  return upload<ImportResult>({
    url: `/api/flows/import?${query}`,
    body: file,
    contentType: 'application/octet-stream',
    signal,
    onProgress,
  });
}
