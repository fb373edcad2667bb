import { useSyncExternalStore } from 'react';
import { uploadFlows } from '@/api/queries/imports';
import { queryClient } from '@/api/queryClient';
import type { ImportResult } from '@/api/types';
import { isAbort } from '@/api/upload';

/**
 * Uploads live outside the page, so that they go on while another page is looked at. Files go one
 * after the other: the server stores each in one transaction and gains nothing from two at once.
 */
export interface Upload {
  importId: string;
  name: string;
  sizeBytes: number;
  sentBytes: number;
  phase: 'waiting' | 'sending' | 'done' | 'failed' | 'cancelled';
  result?: ImportResult;
  error?: unknown;
}

interface Task {
  file: File;
  abort: AbortController;
}

let uploads: Upload[] = [];
const tasks = new Map<string, Task>();
const listeners = new Set<() => void>();
let running = false;

function publish(next: Upload[]) {
  uploads = next;
  for (const listener of listeners) listener();
}

function change(importId: string, part: Partial<Upload>) {
  publish(
    uploads.map((upload) => (upload.importId === importId ? { ...upload, ...part } : upload)),
  );
}

/** crypto.randomUUID exists only on secure pages, which a plain http:// address is not. */
export function newImportId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export function addFiles(files: File[]) {
  const added = files.map((file) => {
    const importId = newImportId();
    tasks.set(importId, { file, abort: new AbortController() });
    const upload: Upload = {
      importId,
      name: file.name,
      sizeBytes: file.size,
      sentBytes: 0,
      phase: 'waiting',
    };
    return upload;
  });
  publish([...added, ...uploads]);
  void run();
}

export function cancelUpload(importId: string) {
  tasks.get(importId)?.abort.abort();
  const upload = uploads.find((item) => item.importId === importId);
  if (upload?.phase === 'waiting') change(importId, { phase: 'cancelled' });
}

export function retryUpload(importId: string) {
  const task = tasks.get(importId);
  if (!task) return;
  publish(uploads.filter((upload) => upload.importId !== importId));
  tasks.delete(importId);
  addFiles([task.file]);
}

export function clearFinished() {
  publish(uploads.filter(isActive));
}

export const isActive = (upload: Upload) =>
  upload.phase === 'waiting' || upload.phase === 'sending';

const warnBeforeLeaving = (event: BeforeUnloadEvent) => event.preventDefault();

async function run() {
  if (running) return;
  running = true;
  window.addEventListener('beforeunload', warnBeforeLeaving);
  for (;;) {
    const next = uploads.findLast((upload) => upload.phase === 'waiting');
    if (!next) break;
    await send(next.importId);
  }
  window.removeEventListener('beforeunload', warnBeforeLeaving);
  running = false;
}

async function send(importId: string) {
  const task = tasks.get(importId);
  if (!task) return;
  change(importId, { phase: 'sending' });
  try {
    const result = await uploadFlows({
      importId,
      file: task.file,
      signal: task.abort.signal,
      onProgress: (sentBytes) => change(importId, { sentBytes }),
    });
    change(importId, { phase: 'done', sentBytes: task.file.size, result });
    tasks.delete(importId);
    await queryClient.invalidateQueries();
  } catch (error) {
    change(importId, isAbort(error) ? { phase: 'cancelled' } : { phase: 'failed', error });
  }
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const useUploads = () => useSyncExternalStore(subscribe, () => uploads);
