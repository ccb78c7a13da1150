import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';

/** Milliseconds between two log lines of one kind: a wrong key rejects thousands of callbacks alike. */
export const rejectionLogIntervalMs = 60_000;

/** The outcome of a callback that was not recorded. */
export interface Rejection {
  readonly outcome: 'REFUSED' | 'QUARANTINED';
  /** Kinds are counted apart; there are few. */
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Logs rejections soon, but not each one. Never logs the content of a callback. */
export interface RejectionLog {
  /** Logs the first of a kind at once, and the next ones together, at most an interval later even if no more come. */
  note(rejection: Rejection): void;
  /** Logs the rest. */
  close(): void;
}

interface Kind {
  loggedAtMs: number;
  notLogged: number;
  newest: Rejection;
  timer: NodeJS.Timeout | null;
}

/** Creates a log of rejections; `close` writes what waits. */
export function createRejectionLog(logger: Logger, clock: Clock, intervalMs = rejectionLogIntervalMs): RejectionLog {
  const kinds = new Map<string, Kind>();
  return {
    note(rejection) {
      const key = `${rejection.outcome} ${rejection.kind}`;
      const known = kinds.get(key);
      const nowMs = clock();
      if (known === undefined || nowMs - known.loggedAtMs >= intervalMs) {
        write(rejection, (known?.notLogged ?? 0) + 1);
        if (known?.timer != null) clearTimeout(known.timer);
        kinds.set(key, { loggedAtMs: nowMs, notLogged: 0, newest: rejection, timer: null });
        return;
      }
      known.notLogged += 1;
      known.newest = rejection;
      known.timer ??= setTimeout(() => writeRest(known), intervalMs).unref();
    },
    close() {
      for (const kind of kinds.values()) writeRest(kind);
      kinds.clear();
    },
  };

  function writeRest(kind: Kind): void {
    if (kind.timer !== null) clearTimeout(kind.timer);
    kind.timer = null;
    if (kind.notLogged === 0) return;
    write(kind.newest, kind.notLogged);
    kind.notLogged = 0;
    kind.loggedAtMs = clock();
  }

  function write({ outcome, kind, fields }: Rejection, count: number): void {
    if (outcome === 'REFUSED') {
      logger.warn({ kind, ...fields, refusedSinceLastLine: count }, 'callbacks are refused');
    } else {
      logger.warn({ kind, ...fields, quarantinedSinceLastLine: count }, 'callbacks are kept in quarantine');
    }
  }
}
