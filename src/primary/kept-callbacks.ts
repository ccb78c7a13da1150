import { randomUUID } from 'node:crypto';
import { LedgerError } from '../kernel/errors.ts';
import type { CallbackIntake } from '../recorder/callback-intake.ts';
import type { LinkedCallback } from './frames.ts';

/** Callbacks that may wait for their outcome: as many as may wait for a commit of the log. */
export const keptCallbacksMax = 10_000;

/** Bytes of their bodies. */
export const keptBytesMax = 64 * 1024 * 1024;

/**
 * Milliseconds before a callback without an outcome is refused. The serving process answers within 15 s, however slow its
 * log is, and CSS gives up after 20. CSS does not repeat relay callbacks, so a shorter wait would lose some.
 */
export const keptMsMax = 16_000;

/** Milliseconds between two such checks. */
const expiryEveryMs = 100;

interface Kept {
  readonly callback: LinkedCallback;
  readonly sinceMs: number;
  readonly settle: (refusal: LedgerError | null) => void;
}

/** Callbacks that have arrived but have no outcome yet: they survive the end of the serving process. */
export interface KeptCallbacks extends Pick<CallbackIntake, 'take'> {
  settle(number: number, refusal: Pick<LedgerError, 'code' | 'message'> | null): void;
  /** Sends all of them to the next serving process, with their old ids. */
  sendAgain(): void;
}

/** `send` passes a callback to the serving process, if there is one. */
export function keepCallbacks(send: (callback: LinkedCallback) => void): KeptCallbacks {
  const kept = new Map<number, Kept>();
  let [bytes, newest] = [0, 0];
  let expiring: NodeJS.Timeout | undefined;

  const settleOne = (number: number, refusal: LedgerError | null) => {
    const one = kept.get(number);
    // Already given up.
    if (one === undefined) return;
    kept.delete(number);
    bytes -= one.callback.incoming.body.byteLength;
    one.settle(refusal);
  };
  const expire = () => {
    const before = performance.now() - keptMsMax;
    for (const [number, { sinceMs }] of kept) {
      // The map is in order of arrival.
      if (sinceMs > before) break;
      settleOne(number, notInTime());
    }
    if (kept.size > 0) return;
    clearInterval(expiring);
    expiring = undefined;
  };

  return {
    take(incoming, requestId) {
      const { byteLength } = incoming.body;
      if (kept.size >= keptCallbacksMax || bytes + byteLength > keptBytesMax) return Promise.resolve(tooMany());
      return new Promise((resolve) => {
        // A frame has 32 bits for the number.
        newest = (newest + 1) % 2 ** 32;
        const arrived = incoming.arrived ?? { eventId: randomUUID(), atMs: Date.now() };
        const callback = { number: newest, requestId, incoming: { ...incoming, arrived } };
        bytes += byteLength;
        kept.set(newest, { callback, sinceMs: performance.now(), settle: resolve });
        expiring ??= setInterval(expire, expiryEveryMs);
        send(callback);
      });
    },
    settle: (number, refusal) => settleOne(number, refusal && new LedgerError(refusal.code, refusal.message)),
    sendAgain() {
      for (const { callback } of kept.values()) send(callback);
    },
  };
}

function tooMany(): LedgerError {
  return new LedgerError(
    'STORE_OVERLOADED',
    'The callback could not be made durable and was not stored; send it again.',
  );
}

function notInTime(): LedgerError {
  return new LedgerError(
    'STORE_UNAVAILABLE',
    'The callback was not made durable in time and may be stored or not; send it again.',
  );
}
