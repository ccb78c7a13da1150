import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';

/** Milliseconds between two log lines of one kind: a wrong key rejects thousands of callbacks alike. */
export const rejectionLogIntervalMs = 60_000;

/** The outcome of a callback that was not recorded. */
interface Rejection {
  readonly outcome: 'REFUSED' | 'QUARANTINED';
  /** Kinds are counted apart; there are few. */
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Kind {
  loggedAtMs: number;
  notLogged: number;
  newest: Rejection;
  timer: NodeJS.Timeout | null;
}

/** Logs rejections soon, but not each one. Never logs the content of a callback. */
export class RejectionLog {
  private readonly kinds = new Map<string, Kind>();

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
    private readonly intervalMs = rejectionLogIntervalMs,
  ) {}

  /** Logs the first of a kind at once, and the next ones together, at most an interval later even if no more come. */
  note(rejection: Rejection): void {
    const key = `${rejection.outcome} ${rejection.kind}`;
    const known = this.kinds.get(key);
    const nowMs = this.clock();
    if (known === undefined || nowMs - known.loggedAtMs >= this.intervalMs) {
      this.write(rejection, (known?.notLogged ?? 0) + 1);
      if (known?.timer != null) clearTimeout(known.timer);
      this.kinds.set(key, { loggedAtMs: nowMs, notLogged: 0, newest: rejection, timer: null });
      return;
    }
    known.notLogged += 1;
    known.newest = rejection;
    known.timer ??= setTimeout(() => this.writeRest(known), this.intervalMs).unref();
  }

  /** Logs the rest. */
  close(): void {
    for (const kind of this.kinds.values()) this.writeRest(kind);
    this.kinds.clear();
  }

  private writeRest(kind: Kind): void {
    if (kind.timer !== null) clearTimeout(kind.timer);
    kind.timer = null;
    if (kind.notLogged === 0) return;
    this.write(kind.newest, kind.notLogged);
    kind.notLogged = 0;
    kind.loggedAtMs = this.clock();
  }

  private write({ outcome, kind, fields }: Rejection, count: number): void {
    if (outcome === 'REFUSED') {
      this.logger.warn({ kind, ...fields, refusedSinceLastLine: count }, 'callbacks are refused');
    } else {
      this.logger.warn({ kind, ...fields, quarantinedSinceLastLine: count }, 'callbacks are kept in quarantine');
    }
  }
}
