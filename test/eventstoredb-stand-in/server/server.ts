import type { Connections } from './connections.ts';
import type { EventLog } from './event-log.ts';
import type { FaultSettings } from './faults.ts';

/** The state that every call of the stand-in works on. */
export interface StandInServer {
  readonly log: EventLog;
  readonly faults: FaultSettings;
  readonly connections: Connections;
}

const ticksPerMs = 10_000n;

export function nowTicks(server: StandInServer): string {
  return (BigInt(server.faults.nowMs()) * ticksPerMs).toString();
}
