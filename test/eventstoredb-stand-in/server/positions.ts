import type { EventLog } from './event-log.ts';

/** The wire's pair of commit and prepare position, in log order. Both numbers of an event's pair are equal. */
export interface Position {
  readonly commit: bigint;
  readonly prepare: bigint;
}

export const startPosition: Position = { commit: 0n, prepare: 0n };

/** Whether an event is after a pair; it is also after the pair of its own commit and a smaller prepare position. */
export function isAfter(event: bigint, { commit, prepare }: Position): boolean {
  return event > commit || (event === commit && event > prepare);
}

/** Index of the first event after a position. */
export function indexAfter(log: EventLog, position: Position): number {
  const index = log.indexFrom(position.commit);
  const event = log.eventAt(index);
  return event && !isAfter(event.position, position) ? index + 1 : index;
}

/** False for a pair that no event can have, wherever the log ends. */
export function isPossible({ commit, prepare }: Position): boolean {
  return commit >= prepare;
}

/** False for a position within the log that is no event's, which a server refuses. Beyond the end, any position is accepted. */
export function isOfTheLog(log: EventLog, { commit }: Position): boolean {
  const event = log.eventAt(log.indexFrom(commit));
  return commit === 0n || event === undefined || event.position === commit;
}
