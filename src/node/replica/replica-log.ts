import type { EventStoreDbSettings } from '../../log/eventstoredb/connection-string.ts';
import { openSqliteEventReader, type SqliteEventReader } from '../../log/sqlite/sqlite-event-reader.ts';
import { Closing } from '../../kernel/closing.ts';
import { within } from '../../kernel/clock.ts';
import { describeFault } from '../../kernel/logger.ts';
import { Notifier, type Notifications } from '../../kernel/notifier.ts';
import type { ProjectionProgress } from '../../projecting/read-model-reader.ts';
import { refuse } from '../absent-ports.ts';
import type { QueryingOptions } from '../querying-options.ts';
import { copyFolder, firstAnswerMsMax } from '../log-choice.ts';
import { openProjected, type Projected } from '../querying.ts';
import { startReplicaWorker, type ReplicaWorker } from './start.ts';

/** A log in EventStoreDB on a query node: copied by one thread, projected by another, read on the main thread. */
export interface ReplicaLog {
  /** Null until the node has a copy of the log. */
  copy(): OpenedCopy | null;
  /** The copy, once it has been complete at some moment since the start; else null. */
  wholeCopy(): OpenedCopy | null;
  /** Available without a copy too. The projection counts as stalled until there is one. */
  readonly progress: ProjectionProgress;
  /** Notified when the read model has changed. */
  readonly changed: Notifications;
  /** Why events are not copied now; null while they are. */
  brokenBecause(): string | null;
}

/** The copy of the log, and the read models that follow from it. */
export interface OpenedCopy extends Projected {
  readonly reader: SqliteEventReader;
}

/**
 * Serves the copy of the log that the node has, even while EventStoreDB is away. Without a copy, waits up to `firstAnswerMsMax`
 * for EventStoreDB; if it answers later, the copy opens by itself.
 * @throws LogUnusable, ReadModelUnusable - the files in the folder can't be used
 */
export async function openReplicaLog(settings: EventStoreDbSettings, options: QueryingOptions): Promise<ReplicaLog> {
  const { dataDir, clock, logger, closing } = options;
  const folder = copyFolder(dataDir);
  const appended = new Notifier();
  const changed = new Notifier();
  const state = { copy: null as OpenedCopy | null, unusableBecause: null as string | null };
  const onCopied = () => {
    appended.notify();
    state.copy?.reader.notify();
  };
  const replication = startReplicaWorker({ ...settings, folder, clock, logger, onCopied });
  closing.add('replication', () => replication.stop());
  // Separate from the other parts: the copy may be opened after them, but must be closed before the replication.
  const closingCopy = new Closing(logger);
  const opening = { isStopped: false, done: Promise.resolve() };
  closing.add('copy of the log', async () => {
    opening.isStopped = true;
    await opening.done;
    await closingCopy.closeAll();
  });
  const open = async () => {
    if (opening.isStopped) return;
    const reader = openSqliteEventReader(folder);
    closingCopy.add('reader of the copy', () => reader.close());
    const log = { folder, store: reader, whole: replication.whole, appended, changed };
    state.copy = { reader, ...(await openProjected(log, { ...options, closing: closingCopy })) };
  };
  const isBegun = await within(
    replication.begun.then(() => true),
    { ms: firstAnswerMsMax, late: false },
  );
  if (isBegun) await open();
  else {
    logger.warn(
      {},
      'EventStoreDB does not answer, and there is no copy of its log yet: queries are refused until then',
    );
    void replication.begun.then(() => {
      opening.done = open().catch((error: unknown) => {
        state.unusableBecause = (error as Error).message;
        logger.error(describeFault(error), 'the copy of the log can not be served');
      });
    });
  }
  let isWhole = false;
  void replication.whole.then(() => (isWhole = true));
  return {
    copy: () => state.copy,
    wholeCopy: () => (isWhole ? state.copy : null),
    progress: progressOf(state, replication),
    changed,
    brokenBecause: () => state.unusableBecause ?? replication.brokenBecause(),
  };
}

function progressOf(
  state: { readonly copy: OpenedCopy | null; readonly unusableBecause: string | null },
  replication: ReplicaWorker,
): ProjectionProgress {
  return {
    async lag() {
      const { events, ms } = await (state.copy ?? refuse()).models.progress.lag();
      return { events, ms: Math.max(ms, replication.behindMs()) };
    },
    stalledBecause() {
      const because = state.unusableBecause ?? replication.stoppedBecause();
      if (because !== null) return because;
      return state.copy === null ? 'There is no copy of the log yet.' : state.copy.models.progress.stalledBecause();
    },
    build: async () => (await state.copy?.models.progress.build()) ?? null,
    counts: () =>
      state.copy?.models.progress.counts() ?? { events: 0, callbacks: 0, redeliveries: 0, poisoned: 0, damaged: 0 },
  };
}
