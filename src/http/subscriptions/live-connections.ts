import type { Caller } from '../graphql/api-tokens.ts';
import type { CloseReason } from './close-reasons.ts';
import type { LiveBounds } from './live-bounds.ts';

/** A connection that stays open, as those who count and close them know it. */
export interface LiveConnection {
  /** What is over by now, if anything. */
  overdue(nowMs: number): CloseReason | null;
  /** Shows the other side that this one lives, and asks it to do the same. */
  beat(): void;
  /** Tells the other side, and ends it; resolves once it is gone. */
  close(reason: CloseReason): Promise<void>;
}

export interface LiveConnections {
  open(): number;
  stopping(): boolean;
  /** False where there are too many. To be let go of by `remove`. */
  add(connection: LiveConnection): boolean;
  /** Whether one more may come with this token; counted from then on, until `release`. */
  claim(asker: Caller): boolean;
  release(asker: Caller): void;
  remove(connection: LiveConnection): void;
  /** Closes all, and whatever still comes. Resolves once they are gone. */
  stop(): Promise<void>;
}

export function createLiveConnections(bounds: LiveBounds): LiveConnections {
  const connections = new Map<LiveConnection, { beatenAtMs: number }>();
  const ofToken = new Map<number | null, number>();
  let stopping = false;
  const look = () => {
    const nowMs = performance.now();
    for (const [connection, times] of connections) {
      const reason = connection.overdue(nowMs);
      if (reason !== null) void connection.close(reason);
      else if (nowMs - times.beatenAtMs >= bounds.pingEveryMs) {
        times.beatenAtMs = nowMs;
        connection.beat();
      }
    }
  };
  const looking = setInterval(look, bounds.checkEveryMs);

  return {
    open: () => connections.size,
    stopping: () => stopping,
    add(connection) {
      if (connections.size >= bounds.connectionsMax) return false;
      connections.set(connection, { beatenAtMs: performance.now() });
      return true;
    },
    claim({ tokenNumber }) {
      const count = ofToken.get(tokenNumber) ?? 0;
      if (count >= bounds.connectionsOfTokenMax) return false;
      ofToken.set(tokenNumber, count + 1);
      return true;
    },
    release({ tokenNumber }) {
      ofToken.set(tokenNumber, (ofToken.get(tokenNumber) ?? 1) - 1);
    },
    remove: (connection) => void connections.delete(connection),
    async stop() {
      stopping = true;
      clearInterval(looking);
      await Promise.all([...connections.keys()].map((connection) => connection.close('STOPPING')));
    },
  };
}
