import { isDeepStrictEqual } from 'node:util';
import { steadyClock, type Clock } from '../../kernel/clock.ts';
import type { LiveOperations } from './live-operations.ts';
import type { AdmissionRules, ApiAccess, Caller } from '../http/access.ts';
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
}

/** A WebSocket or an event stream, as far as it is counted, checked and closed. */
export interface LiveConnection {
  /** Which of its limits is exceeded at a time of `LiveConnections.nowMs`; null if none is. */
  overdue(nowMs: number): CloseReason | null;
  /** Sends a ping or a heartbeat. */
  beat(): void;
  /** Sends the client why it is closed; resolves once the connection is gone. */
  close(reason: CloseReason): Promise<void>;
}

/** All connections that stay open, with their bounds. */
export interface LiveConnections {
  /**
   * Milliseconds on the clock that limits are measured by. It hardly advances while this process does not run: what clients
   * sent meanwhile is still unread, so they must not seem silent.
   */
  nowMs(): number;
  open(): number;
  stopping(): boolean;
  /** False if there are too many. Otherwise it is counted and checked until `remove`. */
  add(connection: LiveConnection): boolean;
  remove(connection: LiveConnection): void;
  /** False if the token of the caller has too many connections. Otherwise one more is counted, until `release`. */
  claim(caller: Caller): boolean;
  release(caller: Caller): void;
  /** Closes all connections, also those that are added later. Resolves once the present ones are gone. */
  stop(): Promise<void>;
}

/** Intervals between two checks that count: a later check means that the process was stopped, or starved of the processor. */
const checksApartMax = 2;

/**
 * Starts a timer that checks the limits of all connections, and stops with `stop`. When `access` has changed, all are closed:
 * their clients connect again, and those without a valid token stay away.
 */
export function createLiveConnections(
  bounds: LiveBounds,
  access: ApiAccess,
  elapsedMs: Clock = steadyClock,
): LiveConnections {
  /** When each was opened, or was last sent a ping or a heartbeat. */
  const connections = new Map<LiveConnection, number>();
  const countByToken = new Map<number | null, number>();
  let stopping = false;
  let checkedAccess = { ...access };
  let checkedAtMs = elapsedMs();
  let stalledMs = 0;
  const nowMs = () => elapsedMs() - stalledMs;
  const noteStall = () => {
    const sinceMs = elapsedMs() - checkedAtMs;
    checkedAtMs += sinceMs;
    stalledMs += Math.max(0, sinceMs - checksApartMax * bounds.checkEveryMs);
  };
  const check = () => {
    noteStall();
    const checkedNowMs = nowMs();
    const isAccessChanged = !isDeepStrictEqual(access, checkedAccess);
    checkedAccess = { ...access };
    for (const [connection, beatenAtMs] of connections) {
      const reason = isAccessChanged ? 'TOKENS_CHANGED' : connection.overdue(checkedNowMs);
      if (reason !== null) void connection.close(reason);
      else if (checkedNowMs - beatenAtMs >= bounds.pingEveryMs) {
        connections.set(connection, checkedNowMs);
        connection.beat();
      }
    }
  };
  const checking = setInterval(check, bounds.checkEveryMs);

  return {
    nowMs,
    open: () => connections.size,
    stopping: () => stopping,
    add(connection) {
      if (connections.size >= bounds.connectionsMax) return false;
      connections.set(connection, nowMs());
      return true;
    },
    remove: (connection) => void connections.delete(connection),
    claim({ tokenNumber }) {
      const count = countByToken.get(tokenNumber) ?? 0;
      // Without tokens, there is nobody else to leave room for.
      if (tokenNumber !== null && count >= bounds.connectionsOfTokenMax) return false;
      countByToken.set(tokenNumber, count + 1);
      return true;
    },
    release({ tokenNumber }) {
      countByToken.set(tokenNumber, (countByToken.get(tokenNumber) ?? 1) - 1);
    },
    async stop() {
      stopping = true;
      clearInterval(checking);
      await Promise.all([...connections.keys()].map((connection) => connection.close('STOPPING')));
    },
  };
}
