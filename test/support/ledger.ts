import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { writeArrival } from '../../src/callbacks/arrival.ts';
import { interpret } from '../../src/callbacks/callback.ts';
import { nameEvent } from '../../src/callbacks/event-naming.ts';
import type { EventStore, NewEvent, RecordedEvent } from '../../src/log/event-store.ts';
import { openPatientEventStore } from './sqlite-store.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { createInMemoryLog, openInMemoryEventStore } from './in-memory-event-store.ts';
import { openLocalCommitter } from './local-committer.ts';
import { openTestReadModel, type TestReadModel } from './read-model.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** One arrival of a callback, as the receiver would append it. */
export interface TestArrival {
  readonly body: Record<string, unknown>;
  readonly receivedAtMs: number;
  /** The same id twice means that an append was repeated because its answer was lost. */
  readonly eventId?: string;
}

/** A log, and any number of read models built from it, without a server around them. */
export interface Ledger {
  readonly store: EventStore;
  /** The folder of the read models, and of a log on disk. */
  readonly folder: string;
  /** Appends arrivals in this order. */
  append(arrivals: readonly TestArrival[]): Promise<void>;
  appendEvent(streamName: string, event: Partial<NewEvent>): Promise<bigint>;
  /** All events of the log. */
  events(): Promise<readonly RecordedEvent[]>;
  /** Opens an empty read model in its own file. */
  openReadModel(): TestReadModel;
  /** Projects the whole log in one batch into a new read model. */
  projected(): Promise<TestReadModel>;
  close(): Promise<void>;
}

/** A ledger whose log is in memory, for tests of the results of events, not their storage. */
export function openLedger(): Ledger {
  return openLedgerOn((_folder, clock) => openInMemoryEventStore(createInMemoryLog(), clock));
}

/** A ledger whose log is the embedded log. */
export function openLedgerOnDisk(): Ledger {
  return openLedgerOn((folder, clock) => openPatientEventStore(folder, clock, { openCommitter: openLocalCommitter }));
}

function openLedgerOn(openStore: (folder: string, clock: Clock) => EventStore): Ledger {
  const folder = makeTemporaryFolder();
  let ticks = 0;
  // Has its own clock, so that rows of two ledgers differ only by what a test gives.
  const store = openStore(folder.path, () => 1_600_000_000_000 + ticks++);
  const readModels: TestReadModel[] = [];

  const ledger: Ledger = {
    store,
    folder: folder.path,
    async append(arrivals) {
      await Promise.all(
        arrivals.map(({ body, receivedAtMs, eventId = randomUUID() }) => {
          const { streamName, eventType } = nameEvent(interpret(body));
          const event = {
            eventId,
            type: eventType,
            data: Buffer.from(JSON.stringify(body)),
            metadata: writeArrival({ receivedAtMs, signature: 'NOT_CHECKED', remoteAddress: '' }),
          };
          return store.append(streamName, [event], 'any');
        }),
      );
    },
    async appendEvent(streamName, event) {
      const whole = {
        eventId: randomUUID(),
        type: 'CssOther',
        data: Buffer.from('{}'),
        metadata: writeArrival({ receivedAtMs: 1, signature: 'NOT_CHECKED', remoteAddress: '' }),
        ...event,
      };
      return (await store.append(streamName, [whole], 'any')).position;
    },
    events: () => eventsOf(store),
    openReadModel() {
      const file = path.join(folder.path, `read-model-${readModels.length}.sqlite`);
      const readModel = openTestReadModel(file, store.logId);
      readModels.push(readModel);
      return readModel;
    },
    async projected() {
      const readModel = ledger.openReadModel();
      readModel.project(await eventsOf(store));
      return readModel;
    },
    async close() {
      for (const readModel of readModels) readModel.close();
      await store.close();
      folder.remove();
    },
  };
  return ledger;
}

/** Runs part of a test on a ledger of these arrivals, and leaves nothing behind. */
export async function withLedger(
  arrivals: readonly TestArrival[],
  work: (ledger: Ledger) => Promise<void> | void,
): Promise<void> {
  const ledger = openLedger();
  try {
    await ledger.append(arrivals);
    await work(ledger);
  } finally {
    await ledger.close();
  }
}

async function eventsOf(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  const { signal } = new AbortController();
  for await (const batch of store.followAll({ after: null, batchEventsMax: 1_000, signal })) {
    events.push(...batch.events);
    if (batch.caughtUp) break;
  }
  return events;
}
