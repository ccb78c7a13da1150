import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';

/** Milliseconds between two log lines about refusals of one kind: a wrong key refuses thousands of callbacks alike. */
export const refusalLogIntervalMs = 60_000;

export interface RefusalLog {
  /** Tells of the first refusal of a kind at once, then of all further ones together once an interval. */
  note(kind: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Refusals as an operator wants to hear of them: soon, and not once each. Nothing of a callback's content is told. */
export function createRefusalLog(logger: Logger, clock: Clock): RefusalLog {
  const told = new Map<string, { atMs: number; untold: number }>();
  return {
    note(kind, fields) {
      const last = told.get(kind);
      const nowMs = clock();
      if (last !== undefined && nowMs - last.atMs < refusalLogIntervalMs) {
        last.untold += 1;
        return;
      }
      told.set(kind, { atMs: nowMs, untold: 0 });
      logger.warn({ kind, ...fields, refusedSinceLastLine: (last?.untold ?? 0) + 1 }, 'callbacks are refused');
    },
  };
}
