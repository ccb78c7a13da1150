import { useSyncExternalStore } from 'react';
import { serverAheadMs, serverNow } from '../api/server-clock.ts';

/** One clock, the server's, for everything that counts, so that all change together, once a second. */
const tickMs = 1_000;

let nowMs = serverNow();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  nowMs = serverNow();
  for (const each of listeners) each();
}

serverAheadMs.subscribe(tick);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** A text that depends on the time. The component is drawn again only when the text changes. */
export function useTextOfNow(show: (nowMs: number) => string): string {
  return useSyncExternalStore(subscribe, () => show(nowMs));
}

/** Milliseconds since 1970 by the server's clock, updated each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}
