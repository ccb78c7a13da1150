import type { DrainTarget } from '../../src/log/spool/spool-drain.ts';
import type { Spool } from '../../src/log/spool/spool.ts';
import type { SpoolingAppendOptions } from '../../src/log/spool/spooling-append.ts';
import { AppendRefused, StoreUnavailable } from '../../src/log/event-store.ts';

/** The ids of a log that fails as a server does, through the port. It is in memory, because its storage is not under test. */
export interface FailingLog extends DrainTarget, Pick<SpoolingAppendOptions['target'], 'away'> {
  isAway: boolean;
  /** Sets the outcome of the next append; several calls set those of several. */
  next(failure: 'notStored' | 'storedUnanswered'): void;
  /** Permanently refuses the event with this id, or all events; null: none. */
  refuse(eventId: string | null): void;
  /** Ids in the order of the log. */
  stored(): readonly string[];
  /** The number of appends requested. */
  asked(): number;
  /** Appends the oldest event of the spool without the spool's knowledge. */
  appendOldestOf(spool: Spool): Promise<void>;
}

export function openFailingLog(): FailingLog {
  const ids: string[] = [];
  const failures: ('notStored' | 'storedUnanswered')[] = [];
  let refused: string | null = null;
  let asked = 0;
  const log: FailingLog = {
    isAway: false,
    next: (failure) => void failures.push(failure),
    refuse(eventId) {
      refused = eventId;
    },
    stored: () => ids,
    asked: () => asked,
    away: () => (log.isAway ? { reason: 'It is away.' } : null),
    answering: () => Promise.resolve(),
    // oxlint-disable-next-line typescript/require-await -- the port asks for a promise
    async append(_streamName, events) {
      asked += 1;
      if (refused === 'all' || events.some(({ eventId }) => eventId === refused)) throw new AppendRefused('Refused.');
      const failure = failures.shift();
      if (failure === 'notStored') throw new StoreUnavailable('It is away.');
      ids.push(...events.map(({ eventId }) => eventId));
      if (failure !== undefined) throw new StoreUnavailable('It did not answer.', { mayBeStored: true });
      return { revision: 0n, position: BigInt(ids.length) };
    },
    async appendOldestOf(spool) {
      if (spool.figures().events === 0) return;
      for await (const [oldest] of spool.follow(new AbortController().signal)) {
        if (oldest !== undefined) ids.push(oldest.eventId);
        return;
      }
    },
  };
  return log;
}
