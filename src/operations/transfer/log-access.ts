import { ledgerStreamName, LogUnusable, type EventReader, type RecordedEvent } from '../../log/event-store.ts';
import type { EventStoreDbSettings } from '../../log/eventstoredb/settings.ts';
import { Replication } from '../../log/replication.ts';
import { readImports } from '../../log/ledger-events.ts';
import { openEventsWith } from '../../log/sealing/key-files.ts';
import { SqliteEventReader } from '../../log/sqlite/sqlite-event-reader.ts';
import { openSqliteEventStore } from '../../log/sqlite/sqlite-event-store.ts';
import { openSqliteLogReplica } from '../../log/sqlite/sqlite-log-replica.ts';
import { systemClock, within } from '../../kernel/clock.ts';
import { Closing } from '../../kernel/this-process.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { copyFolder, findLogFolder, type LogSettings } from '../../node/data-dir.ts';
import { openSealing } from '../../node/sealing.ts';

/** Milliseconds for EventStoreDB to answer. Copying its log afterwards has no time limit. */
const firstAnswerMsMax = 20_000;

/** Events that are read together. */
const batchEventsMax = 1_000;

/**
 * Opens the log for reading. The embedded one may be in use. One in EventStoreDB is copied to DATA_DIR first, as a query node
 * does, and no other process may use that folder.
 * @throws LogUnusable
 */
export async function openSourceLog({
  dataDir,
  eventStore,
  personalKeysDir = null,
}: LogSettings): Promise<SqliteEventReader> {
  if (eventStore.kind === 'eventstoredb') await copyFromServer(dataDir, eventStore);
  return new SqliteEventReader(findLogFolder({ dataDir, eventStore }), openEventsWith(personalKeysDir));
}

/** A log that an import writes. */
export type TargetLog = Awaited<ReturnType<typeof openTargetLog>>;

/**
 * Opens the log for writing, and begins it if it is new. No service may use DATA_DIR.
 * @throws LogUnusable
 */
export async function openTargetLog({ dataDir, eventStore, personalKeysDir: folder = null }: LogSettings) {
  const closing = new Closing(silentLogger);
  const [clock, logger] = [systemClock, silentLogger];
  const openPart = (part: 'recorder' | 'import') => openSealing({ folder, dataDir, part, clock, logger, closing });
  if (eventStore.kind === 'sqlite') {
    const store = openSqliteEventStore(dataDir, clock, { openEvent: openEventsWith(folder) });
    // Nobody else has the folder now: what its service left open is closed.
    const sealing = await openPart('recorder');
    // Appends sent at once become one commit, which is stored as a whole or not at all.
    return {
      /** The events that the log has, as from `recordOf`. */
      present: recordOf(store),
      imports: await readImports(store),
      append: sealing.appendTo(store.append.bind(store)),
      /** Appends that may be sent at once and are still stored in their order. */
      appendsAtOnce: batchEventsMax,
      async close() {
        await store.close();
        await closing.closeAll();
      },
    };
  }
  if (eventStore.kind === 'primary') throw new LogUnusable('A standby takes nothing. Import into its primary.');
  const reader = await openSourceLog({ dataDir, eventStore, personalKeysDir: folder });
  const { EventStoreDbAppender } = await import('../../log/eventstoredb/appender.ts');
  const appender = new EventStoreDbAppender({ ...eventStore, logger });
  const sealing = await openPart('import');
  return {
    present: recordOf(reader),
    imports: await readImports(reader),
    append: sealing.appendTo(appender.append),
    appendsAtOnce: 1,
    async close() {
      await appender.close();
      reader.close();
      await closing.closeAll();
    },
  };
}

/** The events of the record, in the order of the log: all except those that identify the log itself. */
export async function* recordOf(reader: Pick<EventReader, 'followAll'>): AsyncGenerator<RecordedEvent> {
  const { signal } = new AbortController();
  for await (const { events, caughtUp } of reader.followAll({ after: null, batchEventsMax, signal })) {
    yield* events.filter(({ streamName }) => streamName !== ledgerStreamName);
    if (caughtUp) return;
  }
}

async function copyFromServer(dataDir: string, settings: EventStoreDbSettings): Promise<void> {
  // The client of EventStoreDB is loaded only if it is needed.
  const { openEventStoreDbSource } = await import('../../log/eventstoredb/replica-source.ts');
  const replica = openSqliteLogReplica(copyFolder(dataDir));
  const replication = new Replication({ source: openEventStoreDbSource(settings), replica, logger: silentLogger });
  try {
    const isBegun = replication.begun().then(() => true);
    if (!(await within(isBegun, { ms: firstAnswerMsMax, late: false }))) {
      throw new LogUnusable(`EventStoreDB does not answer: ${replication.state().brokenBecause ?? 'check the server'}`);
    }
    await replication.caughtUp();
  } finally {
    await replication.stop();
    replica.close();
  }
}
