import { Notifier } from '../../src/kernel/notifier.ts';
import {
  createLiveOperations,
  type Subscriber,
  type LiveOperations,
  type LiveSink,
} from '../../src/graphql/subscriptions/live-operations.ts';
import { buildLedgerSchema } from '../../src/graphql/schema.ts';
import { createTimeSlices } from '../../src/live/time-slices.ts';
import { openReadModelForReading } from '../../src/read-models/sqlite/file/read-model-file.ts';
import { createSqliteReadModelReader } from '../../src/read-models/sqlite/sqlite-read-model-reader.ts';
import type { Ledger } from './ledger.ts';
import type { TestReadModel } from './read-model.ts';
import { openRecordingLogger } from './recording-logger.ts';

const schema = buildLedgerSchema();

/** Subscriptions over a read model that a test projects by hand; no socket. */
export interface LiveFixture {
  readonly operations: LiveOperations;
  readonly logLines: readonly string[];
  /** How often operations were executed, counted by the bodies that were read. */
  readonly bodiesRead: () => number;
  /** Wakes those who wait, as the projector does. */
  notify(): void;
  subscribe(query: string, variables: Record<string, unknown>, sink: LiveSink): Promise<Subscriber>;
  close(): void;
}

/** `onBodyRead` is called before each body is read: in the middle of a message. */
export function openLiveFixture(
  ledger: Ledger,
  readModel: TestReadModel,
  onBodyRead: () => Promise<void> = () => Promise.resolve(),
): LiveFixture {
  const db = openReadModelForReading(readModel.db.name);
  const { store } = ledger;
  const { logger, lines } = openRecordingLogger();
  const wakeUp = new Notifier();
  const rows = createSqliteReadModelReader(db);
  const timeSlices = createTimeSlices();
  let bodiesRead = 0;
  const operations = createLiveOperations({
    schema,
    tokensMax: 2_000,
    ports: () => ({
      readModel: rows,
      bodies: {
        bodyAt: async (position) => {
          bodiesRead += 1;
          await onBodyRead();
          return (await store.readAt(position))?.data ?? null;
        },
      },
      progress: {
        lag: () => Promise.resolve({ events: 0, ms: 0 }),
        stalledBecause: () => null,
        counts: () => ({ events: 0, callbacks: 0, redeliveries: 0, poisoned: 0 }),
      },
      health: { spooled: () => null, replicaBrokenBecause: () => null },
      decisions: { release: () => Promise.resolve([]), discard: () => Promise.resolve([]) },
      log: store,
      mayHavePosition: async (position) => position <= (await store.endPosition()),
      notifications: wakeUp,
      timeSlices,
      logger,
    }),
  });
  return {
    operations,
    logLines: lines,
    bodiesRead: () => bodiesRead,
    notify: () => {
      wakeUp.notify();
    },
    async subscribe(query, variables, sink) {
      const ready = await operations.prepare({
        query,
        operationName: null,
        variables,
        role: 'operator',
        requestId: 'request',
        resumeAfter: null,
      });
      if (ready.kind !== 'SUBSCRIPTION') throw new Error('It is no subscription.');
      return ready.start(sink);
    },
    close: () => void db.close(),
  };
}

/** A sink that takes as many messages as a test allows. */
export interface TestSink extends LiveSink {
  readonly taken: readonly { readonly cursor: string; readonly data: unknown }[];
  readonly failure: () => unknown;
  /** Takes this many more messages. */
  allow(messages: number): void;
  /** Resolves once the predicate is true. */
  until(fits: () => boolean): Promise<void>;
}

export function openTestSink(allowed = Infinity): TestSink {
  const taken: { cursor: string; data: unknown }[] = [];
  const waiting = new Set<() => void>();
  let left = allowed;
  let failure: unknown = null;
  const check = () => {
    for (const one of [...waiting]) one();
  };
  const when = (fits: () => boolean, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const one = () => {
        if (!fits() && signal?.aborted !== true) return;
        waiting.delete(one);
        signal?.removeEventListener('abort', one);
        resolve();
      };
      waiting.add(one);
      signal?.addEventListener('abort', one);
      one();
    });
  return {
    taken,
    failure: () => failure,
    allow(messages) {
      left += messages;
      check();
    },
    take(messages, from) {
      const now = messages.slice(from, from + Math.max(0, left));
      left -= now.length;
      for (const { cursor, json } of now) {
        taken.push({ cursor, data: (JSON.parse(json.toString()) as { data: unknown }).data });
      }
      check();
      return now.length;
    },
    ready: (signal) => when(() => left > 0, signal),
    failed(error) {
      failure = error;
      check();
    },
    until: (fits) => when(fits),
  };
}
