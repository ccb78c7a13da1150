import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';

/** Milliseconds between two log lines about one kind: a wrong key makes thousands of callbacks alike. */
export const rejectionLogIntervalMs = 60_000;

/** What became of a callback that was not recorded as one. */
export interface Rejection {
  readonly outcome: 'REFUSED' | 'QUARANTINED';
  /** Kinds are counted apart; there are few of them. */
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RejectionLog {
  /** Tells of the first of a kind at once, then of all further ones together once an interval. */
  note(what: Rejection): void;
  /** Tells what is not told yet. */
  close(): void;
}

interface Kind {
  toldAtMs: number;
  untold: number;
  newest: Rejection;
  timer: NodeJS.Timeout | null;
}

/**
 * What is refused or quarantined, as an operator wants to hear of it: soon, and not once each. What came last is told an
 * interval later at the latest, also where nothing follows it. Nothing of a callback's content is told.
 */
export function createRejectionLog(logger: Logger, clock: Clock, intervalMs = rejectionLogIntervalMs): RejectionLog {
  const kinds = new Map<string, Kind>();
  return {
    note(what) {
      const key = `${what.outcome} ${what.kind}`;
      const known = kinds.get(key);
      const nowMs = clock();
      if (known === undefined || nowMs - known.toldAtMs >= intervalMs) {
        tell(what, (known?.untold ?? 0) + 1);
        if (known?.timer != null) clearTimeout(known.timer);
        kinds.set(key, { toldAtMs: nowMs, untold: 0, newest: what, timer: null });
        return;
      }
      known.untold += 1;
      known.newest = what;
      known.timer ??= setTimeout(() => {
        tellUntold(known);
      }, intervalMs).unref();
    },
    close() {
      for (const kind of kinds.values()) tellUntold(kind);
      kinds.clear();
    },
  };

  function tellUntold(kind: Kind): void {
    if (kind.timer !== null) clearTimeout(kind.timer);
    kind.timer = null;
    if (kind.untold === 0) return;
    tell(kind.newest, kind.untold);
    kind.untold = 0;
    kind.toldAtMs = clock();
  }

  function tell({ outcome, kind, fields }: Rejection, count: number): void {
    if (outcome === 'REFUSED') {
      logger.warn({ kind, ...fields, refusedSinceLastLine: count }, 'callbacks are refused');
    } else {
      logger.warn({ kind, ...fields, quarantinedSinceLastLine: count }, 'callbacks are kept in quarantine');
    }
  }
}
