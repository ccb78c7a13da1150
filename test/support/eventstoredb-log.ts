import { randomUUID } from 'node:crypto';
import type { EventStore } from '../../src/event-store/event-store.ts';
import {
  openEventStoreDbAppender,
  type AppenderOptions,
  type EventStoreDbAppender,
} from '../../src/event-store/eventstoredb/append/appender.ts';
import { createReplicaEventStore } from '../../src/event-store/eventstoredb/replica/replica-event-store.ts';
import { startReplication, type Replication } from '../../src/event-store/eventstoredb/replica/replication.ts';
import { openSqliteEventReader, type SqliteEventReader } from '../../src/event-store/sqlite/sqlite-event-reader.ts';
import { openSqliteLogReplica } from '../../src/event-store/sqlite/sqlite-log-replica.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import type { OpenedStore } from '../event-store/contract/opened-store.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** A prefix that no other test has, on whatever server. */
export function newPrefix(): string {
  return `test_${randomUUID().replaceAll('-', '')}`;
}

export function openAppender(url: string, options: Partial<AppenderOptions> = {}): EventStoreDbAppender {
  return openEventStoreDbAppender({ url, prefix: newPrefix(), logger: silentLogger, ...options });
}

export interface FollowedCopy {
  readonly folder: string;
  readonly follower: Replication;
  readonly reader: SqliteEventReader;
  close(): Promise<void>;
}

/** A query node's half: the follower, the copy in this folder, and its reader. */
export async function openFollowedCopy(url: string, prefix: string, folder: string): Promise<FollowedCopy> {
  const copy = openSqliteLogReplica(folder);
  let reader: SqliteEventReader | null = null;
  const onKept = () => reader?.notify();
  const follower = startReplication({ url, prefix, copy, logger: silentLogger, onCopied: onKept });
  try {
    await follower.begun();
    const opened = (reader = openSqliteEventReader(folder));
    return {
      folder,
      follower,
      reader: opened,
      async close() {
        await follower.stop();
        opened.close();
        copy.close();
      },
    };
  } catch (error) {
    await follower.stop();
    copy.close();
    throw error;
  }
}

/**
 * Appender, follower and copy together, under a prefix of their own. A copy has what was appended a little later: the
 * contract's tests read what they appended, so each append is waited for here, as any reader can.
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
  // The contract says what is stored, not how fast: a busy machine takes its time.
  const appender = openAppender(url, { prefix, answerMsMax: 50_000 });
  await appender.answering();
  const copy = await openFollowedCopy(url, prefix, folder);
  await copy.follower.caughtUp();
  const waiting = new Set<Promise<unknown>>();
  const inCopy = async <Answer>(answer: Promise<Answer>, positionOf: (answer: Answer) => bigint | null) => {
    const waited = (async () => {
      const answered = await answer;
      const position = positionOf(answered);
      if (position !== null) await copy.follower.waitForPosition(position);
      return answered;
    })();
    waiting.add(waited);
    try {
      return await waited;
    } finally {
      waiting.delete(waited);
    }
  };
  const followed = createReplicaEventStore(
    {
      ...appender,
      append: (...given) => inCopy(appender.append(...given), ({ position }) => position),
      truncateStream: (...given) => inCopy(appender.truncateStream(...given), (position) => position),
    },
    copy.reader,
  );
  const store: EventStore = Object.create(followed, {
    close: {
      value: async () => {
        const appended = Promise.allSettled(waiting);
        await appender.close();
        await appended;
        await followed.close();
        await copy.close();
      },
    },
  }) as EventStore;
  return { store, close: () => store.close() };
}
