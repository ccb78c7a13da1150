import { readPersonal } from '../callbacks/personal-data.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Closing } from '../kernel/this-process.ts';
import type { Logger } from '../kernel/logger.ts';
import {
  LogUnusable,
  StoreUnavailable,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
} from '../log/event-store.ts';
import { keyNameOf, sealEvent, type OpenEvent } from '../log/sealing/sealed-event.ts';
import { SealingKeys, type SealingKey } from '../log/sealing/sealing-keys.ts';
import { nodeNameIn } from './outages.ts';

/** The event as it is appended: sealed, if it has personal data. Its digest in the log is of that. */
function seal(streamName: string, event: NewEvent, key: SealingKey): NewEvent {
  // From another ledger, or from a spool.
  if (keyNameOf(event) !== null) return event;
  const personal = readPersonal(streamName, event);
  if (personal === null || personal.data.length + personal.metadata.length === 0) return event;
  const { name, key: ofSubject } = key.of(personal.subject);
  return sealEvent(event, personal, name, ofSubject);
}

/** Appends that seal what is personal first. */
function sealingAppend(append: EventStore['append'], keys: SealingKeys): EventStore['append'] {
  return async (streamName, events, expected) => {
    const key = keys.take();
    let isUnconfirmed = false;
    try {
      return await append(
        streamName,
        events.map((event) => seal(streamName, event, key)),
        expected,
      );
    } catch (error) {
      isUnconfirmed = error instanceof StoreUnavailable && error.mayBeStored;
      throw error;
    } finally {
      key.ended(isUnconfirmed);
    }
  };
}

interface Sealing {
  /** PERSONAL_KEYS_DIR; null: nothing is sealed. */
  readonly folder: string | null;
  readonly dataDir: string;
  /** Which process of the node. */
  readonly part: 'recorder' | 'reader' | 'import';
  /** As in `SealingOptions`; by default nothing waits. */
  readonly isDrained?: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What is added later is closed first: so add what appends after this. */
  readonly closing: Closing;
}

/**
 * Makes appends seal personal data, if the setting says so.
 * @throws LogUnusable - the folder of keys can't be used
 */
export async function openSealing({ folder, dataDir, part, isDrained = () => true, closing, ...options }: Sealing) {
  if (folder === null) {
    return { appendTo: (append: EventStore['append']) => append, sealed: (_name: string, event: NewEvent) => event };
  }
  const keys = await SealingKeys.open({ folder, owner: `${nodeNameIn(dataDir)} ${part}`, isDrained, ...options }).catch(
    (cause: unknown) => {
      throw new LogUnusable(
        `PERSONAL_KEYS_DIR ${folder} can not be used: ${(cause as Error).message}. Give this user the right to read and write it.`,
        { cause },
      );
    },
  );
  closing.add('keys of personal data', () => keys.close());
  return {
    appendTo: (append: EventStore['append']) => sealingAppend(append, keys),
    /** The event with the bytes that it will have in the log. */
    sealed(streamName: string, event: NewEvent): NewEvent {
      const key = keys.take();
      key.ended(false);
      return seal(streamName, event, key);
    },
  };
}

/** Events of a stream, opened. */
export async function* opened(events: AsyncIterable<RecordedEvent>, open: OpenEvent): AsyncIterable<RecordedEvent> {
  for await (const event of events) yield open(event);
}
