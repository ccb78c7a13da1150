import { isDeepStrictEqual } from 'node:util';
import type { OnRefused } from '../../connections/refusals.ts';
import { steadyClock, systemClock, type Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { LiveOperations } from './live-operations.ts';
import type { AdmissionRules, ApiAccess, Caller } from '../access/admission.ts';
import type { UnreadAnswers } from '../http/unread-answers.ts';
import type { LiveMetrics, Metrics } from '../../observing/metrics.ts';
import type { CloseReason, LiveBounds } from './live-bounds.ts';

/** What WebSockets and event streams share. */
export interface LiveTransportOptions {
  readonly operations: LiveOperations;
  readonly admission: AdmissionRules;
  readonly connections: LiveConnections;
  readonly bounds: LiveBounds;
  readonly metrics: Metrics;
  readonly live: LiveMetrics;
  readonly unread: UnreadAnswers;
  readonly logger: Logger;
  readonly onRefused: OnRefused;
}

/** A WebSocket or an event stream, as far as it is counted, checked and closed. */
export interface LiveConnection {
  /** Which of its limits is exceeded at a time of `LiveConnections.nowMs`; null if none is. */
  overdue(nowMs: number): CloseReason | null;
  /** When the token of its client expires; null: never. */
  expiresAtMs(): number | null;
  /** Sends a ping or a heartbeat. */
  beat(): void;
  /** Sends the client why it is closed; resolves once the connection is gone. */
  close(reason: CloseReason): Promise<void>;
}

/** Intervals between two checks that count: a later check means that the process was stopped, or starved of the processor. */
const checksApartMax = 2;

/**
 * All connections that stay open, with their bounds. A timer checks their limits, and stops with `stop`. When `access` has
 * changed, all are closed, and when a token has expired, those of its bearer: their clients connect again, and those without a valid token stay away.
 */
export class LiveConnections {
  /** When each was opened, or was last sent a ping or a heartbeat. */
  private readonly connections = new Map<LiveConnection, number>();
  private readonly countByToken = new Map<string | null, number>();
  private readonly checking: NodeJS.Timeout;
  private isStopping = false;
  private checkedAccess: ApiAccess;
  private checkedAtMs: number;
  private stalledMs = 0;

  constructor(
    private readonly bounds: LiveBounds,
    private readonly access: ApiAccess,
    private readonly elapsedMs: Clock = steadyClock,
    private readonly clock: Clock = systemClock,
  ) {
    this.checkedAccess = { ...access };
    this.checkedAtMs = elapsedMs();
    this.checking = setInterval(() => this.check(), bounds.checkEveryMs);
  }

  /**
   * Milliseconds on the clock that limits are measured by. It hardly advances while this process does not run: what clients
   * sent meanwhile is still unread, so they must not seem silent.
   */
  nowMs(): number {
    return this.elapsedMs() - this.stalledMs;
  }

  open(): number {
    return this.connections.size;
  }

  stopping(): boolean {
    return this.isStopping;
  }

  /** False if there are too many. Otherwise it is counted and checked until `remove`. */
  add(connection: LiveConnection): boolean {
    if (this.connections.size >= this.bounds.connectionsMax) return false;
    this.connections.set(connection, this.nowMs());
    return true;
  }

  remove(connection: LiveConnection): void {
    this.connections.delete(connection);
  }

  /** False if the token of the caller has too many connections. Otherwise one more is counted, until `release`. */
  claim({ identity }: Caller): boolean {
    const count = this.countByToken.get(identity) ?? 0;
    // Without tokens, there is nobody else to leave room for.
    if (identity !== null && count >= this.bounds.connectionsOfTokenMax) return false;
    this.countByToken.set(identity, count + 1);
    return true;
  }

  release({ identity }: Caller): void {
    this.countByToken.set(identity, (this.countByToken.get(identity) ?? 1) - 1);
  }

  /** Closes all connections, also those that are added later. Resolves once the present ones are gone. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.checking);
    await Promise.all([...this.connections.keys()].map((connection) => connection.close('STOPPING')));
  }

  private check(): void {
    this.noteStall();
    const nowMs = this.nowMs();
    const isAccessChanged = !isDeepStrictEqual(this.access, this.checkedAccess);
    this.checkedAccess = { ...this.access };
    for (const [connection, beatenAtMs] of this.connections) {
      const isExpired = this.clock() >= (connection.expiresAtMs() ?? Infinity);
      const reason = isAccessChanged || isExpired ? 'TOKENS_CHANGED' : connection.overdue(nowMs);
      if (reason !== null) void connection.close(reason);
      else if (nowMs - beatenAtMs >= this.bounds.pingEveryMs) {
        this.connections.set(connection, nowMs);
        connection.beat();
      }
    }
  }

  private noteStall(): void {
    const sinceMs = this.elapsedMs() - this.checkedAtMs;
    this.checkedAtMs += sinceMs;
    this.stalledMs += Math.max(0, sinceMs - checksApartMax * this.bounds.checkEveryMs);
  }
}
