import { problemFrom, sessionExpired, unreachable } from './problem';
import { sessionIsOver } from './session';

export interface UploadOptions {
  url: string;
  body: Blob;
  contentType: string;
  signal: AbortSignal;
  onProgress: (sentBytes: number) => void;
}

/** Sends a file with progress, which fetch cannot report. The answer's JSON, or an ApiError. */
export function upload<Answer>(options: UploadOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', options.url);
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', options.contentType);
    request.upload.onprogress = (event) => options.onProgress(event.loaded);
    request.onerror = () =>
      reject(unreachable(new Error('The connection was lost while sending.')));
    request.onabort = () => reject(new DOMException('Cancelled', 'AbortError'));
    request.onload = () => {
      const isPage = (request.getResponseHeader('content-type') ?? '').startsWith('text/html');
      const isOk = request.status >= 200 && request.status < 300;
      if (request.status === 401 || !sameOrigin(request.responseURL) || (isOk && isPage)) {
        sessionIsOver();
        reject(sessionExpired());
        return;
      }
      const body = parse(request.responseText);
      if (isOk && body !== undefined) {
        resolve(body as Answer);
        return;
      }
      reject(problemFrom(request.status, body, request.getResponseHeader('x-request-id')));
    };
    options.signal.addEventListener('abort', () => request.abort());
    if (options.signal.aborted) {
      reject(new DOMException('Cancelled', 'AbortError'));
      return;
    }
    request.send(options.body);
  });
}

function sameOrigin(url: string) {
  return url === '' || new URL(url, location.href).origin === location.origin;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

export const isAbort = (error: unknown) =>
  error instanceof DOMException && error.name === 'AbortError';
