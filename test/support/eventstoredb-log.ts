import { randomUUID } from 'node:crypto';
import { LogUnusable, type EventStore } from '../../src/log/event-store.ts';
import { EventStoreDbAppender, type AppenderOptions } from '../../src/log/eventstoredb/appender.ts';
import { createReplicaEventStore } from './replica-event-store.ts';
import { openEventStoreDbSource } from '../../src/log/eventstoredb/replica-source.ts';
import { Replication } from '../../src/log/replication.ts';
import { SqliteEventReader } from '../../src/log/sqlite/sqlite-event-reader.ts';
import { openSqliteLogReplica } from '../../src/log/sqlite/sqlite-log-replica.ts';
import { ConditionWaiters } from '../../src/kernel/notifier.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import type { OpenedStore } from '../log/contract/opened-store.ts';
import { patientMs } from './patience.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** A prefix that no other test uses on any server. */
export function newPrefix(): string {
  return `test_${randomUUID().replaceAll('-', '')}`;
}

/** Waits for the answer to an append as long as any machine takes, unless a test sets another limit. */
export function openAppender(url: string, options: Partial<AppenderOptions> = {}): EventStoreDbAppender {
  return new EventStoreDbAppender({
    url,
    prefix: newPrefix(),
    logger: silentLogger,
    answerMsMax: patientMs,
    ...options,
  });
}

export interface OpenedReplica {
  readonly folder: string;
  readonly replication: Replication;
  readonly reader: SqliteEventReader;
  /** Resolves once everything up to this position is in the replica; rejects if replication stops first. */
  waitForPosition(position: bigint): Promise<void>;
  close(): Promise<void>;
}

/** The query node's half: the replica in this folder, its replication, and its reader. */
export async function openReplica(url: string, prefix: string, folder: string): Promise<OpenedReplica> {
  const replica = openSqliteLogReplica(folder);
  const waiters = new ConditionWaiters();
  let reader: SqliteEventReader | null = null;
  let isClosed = false;
  const check = () => {
    waiters.check();
  };
  const replication = new Replication({
    source: openEventStoreDbSource({ url, prefix }),
    replica,
    // Replication logs an error when it has stopped.
    logger: { ...silentLogger, error: check },
    onCopied() {
      reader?.notify();
      check();
    },
  });
  const failure = () => {
    const { stoppedBecause } = replication.state();
    if (stoppedBecause !== null) return new LogUnusable(stoppedBecause);
    return isClosed ? new Error('The replica was closed.') : null;
  };
  const close = async () => {
    await replication.stop();
    isClosed = true;
    check();
    reader?.close();
    replica.close();
  };
  try {
    await replication.begun();
    reader = new SqliteEventReader(folder);
    return {
      folder,
      replication,
      reader,
      waitForPosition: (position) =>
        waiters.until(() => !isClosed && (replica.checkpoint()?.commit ?? -1n) >= position, failure),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Appender and replica together, under their own prefix. The replica receives appended events a little later: the contract's tests read
 * what they appended, so here each append waits until it has been copied.
 */
export async function openEventStoreDbLog(url: string): Promise<OpenedStore> {
  const folder = makeTemporaryFolder();
  const prefix = newPrefix();
  let opened = await openOnce(url, prefix, folder.path);
  return {
    get store() {
      return opened.store;
    },
    async reopen() {
      await opened.close();
      opened = await openOnce(url, prefix, folder.path);
      return opened.store;
    },
    async close() {
      await opened.close();
      folder.remove();
    },
  };
}

async function openOnce(url: string, prefix: string, folder: string) {
  const appender = openAppender(url, { prefix });
  await appender.answering();
  const replica = await openReplica(url, prefix, folder);
  await replica.replication.caughtUp();
  const waiting = new Set<Promise<unknown>>();
  const onceCopied = async <Answer>(answer: Promise<Answer>, positionOf: (answer: Answer) => bigint | null) => {
    const waited = (async () => {
      const answered = await answer;
      const position = positionOf(answered);
      if (position !== null) await replica.waitForPosition(position);
      return answered;
    })();
    waiting.add(waited);
    try {
      return await waited;
    } finally {
      waiting.delete(waited);
    }
  };
  const combined = createReplicaEventStore(
    {
      append: (...given) => onceCopied(appender.append(...given), ({ position }) => position),
      truncateStream: (...given) => onceCopied(appender.truncateStream(...given), (position) => position),
      close: () => appender.close(),
    },
    replica.reader,
  );
  const store: EventStore = Object.create(combined, {
    close: {
      value: async () => {
        const appended = Promise.allSettled(waiting);
        await appender.close();
        await appended;
        await combined.close();
        await replica.close();
      },
    },
  }) as EventStore;
  return { store, close: () => store.close() };
}
