import { isDeepStrictEqual } from 'node:util';
import type { LiveOperations } from '../../graphql/subscriptions/live-operations.ts';
import type { AdmissionRules } from '../graphql/admission.ts';
import type { ApiAccess, Caller } from '../graphql/api-access.ts';
import type { LiveMetrics } from '../metrics/live-metrics.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { CloseReason } from './close-reasons.ts';
import type { LiveBounds } from './live-bounds.ts';

/** What WebSockets and event streams share. */
export interface LiveTransportOptions {
  readonly operations: LiveOperations;
  readonly admission: AdmissionRules;
  readonly connections: LiveConnections;
  readonly bounds: LiveBounds;
  readonly metrics: Metrics;
  readonly live: LiveMetrics;
}

/** A WebSocket or an event stream, as far as it is counted, checked and closed. */
export interface LiveConnection {
  /** Which of its limits is exceeded by now; null where none is. */
  overdue(nowMs: number): CloseReason | null;
  /** Sends a ping or a heartbeat. */
  beat(): void;
  /** Sends the client why it is closed; resolves once the connection is gone. */
  close(reason: CloseReason): Promise<void>;
}

/** All connections that stay open, with their bounds. */
export interface LiveConnections {
  open(): number;
  stopping(): boolean;
  /** False where there are too many. Counted and checked until `remove`. */
  add(connection: LiveConnection): boolean;
  remove(connection: LiveConnection): void;
  /** False where the token of the caller has too many connections. Otherwise one more is counted, until `release`. */
  claim(caller: Caller): boolean;
  release(caller: Caller): void;
  /** Closes all connections, also those that are added later. Resolves once the present ones are gone. */
  stop(): Promise<void>;
}

/**
 * Starts a timer that checks the limits of all connections, and stops with `stop`. When `access` has changed, all are closed:
 * their clients connect again, and those without a valid token stay away.
 */
export function createLiveConnections(bounds: LiveBounds, access: ApiAccess): LiveConnections {
  /** When each was last sent a ping or a heartbeat, or was opened. */
  const connections = new Map<LiveConnection, number>();
  const countByToken = new Map<number | null, number>();
  let stopping = false;
  let checkedAccess = { ...access };
  const check = () => {
    const nowMs = performance.now();
    const isAccessChanged = !isDeepStrictEqual(access, checkedAccess);
    checkedAccess = { ...access };
    for (const [connection, beatenAtMs] of connections) {
      const reason = isAccessChanged ? 'TOKENS_CHANGED' : connection.overdue(nowMs);
      if (reason !== null) void connection.close(reason);
      else if (nowMs - beatenAtMs >= bounds.pingEveryMs) {
        connections.set(connection, nowMs);
        connection.beat();
      }
    }
  };
  const checking = setInterval(check, bounds.checkEveryMs);

  return {
    open: () => connections.size,
    stopping: () => stopping,
    add(connection) {
      if (connections.size >= bounds.connectionsMax) return false;
      connections.set(connection, performance.now());
      return true;
    },
    remove: (connection) => void connections.delete(connection),
    claim({ tokenNumber }) {
      const count = countByToken.get(tokenNumber) ?? 0;
      // Where there are no tokens, there is nobody else to leave room for.
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
