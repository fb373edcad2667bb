/** Lets so many run at a time; the others wait their turn. One that is aborted gives its place up. */
export function gate(places: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  const leave = () => {
    running -= 1;
    waiting.shift()?.();
  };
  return async function pass<Result>(run: () => Promise<Result>, signal?: AbortSignal) {
    while (running >= places) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      signal?.throwIfAborted();
      return await run();
    } finally {
      leave();
    }
  };
}
