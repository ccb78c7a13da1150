import { within, type Clock } from '../../kernel/clock.ts';
import { Closing } from '../../kernel/this-process.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { describeFault, writeLogLine, type Logger, type WorkerLogLine } from '../../kernel/logger.ts';
import { Notifier } from '../../kernel/notifier.ts';
import { builtThread, superviseWorker } from '../../kernel/supervised-worker.ts';
import type { ReplicationState } from '../../log/replication.ts';
import { openEventsWith } from '../../log/sealing/key-files.ts';
import { SqliteEventReader } from '../../log/sqlite/sqlite-event-reader.ts';
import { openSqliteLogReplica } from '../../log/sqlite/sqlite-log-replica.ts';
import { noCounts, type ProjectionProgress } from '../../projecting/progress.ts';
import { firstAnswerMsMax, logFolder, type CopiedStoreChoice } from '../data-dir.ts';
import {
  openProjected,
  type Projected,
  type QueryingOptions,
  createLogPorts,
  type LogPorts,
  type LogToQuery,
} from '../querying.ts';
import type { GraphqlPorts } from '../../api/ports.ts';
import type { ReadModelSnapshot } from '../../lists/sql/snapshot-pool.ts';
import { latestReader } from '../../projecting/file/reader-source.ts';

/** @throws LedgerError - STORE_UNAVAILABLE */
export function refuse(): never {
  throw new LedgerError(
    'STORE_UNAVAILABLE',
    'This node has no copy of the log yet: it has not reached the log since DATA_DIR was set up. Try again later.',
  );
}

type ReplicaRequest = 'stop';

export type ReplicaMessage =
  /** The copy has the identity of the log, so it can be read. */
  | { readonly kind: 'begun' }
  /** The copy has more events. */
  | { readonly kind: 'copied' }
  | ({ readonly kind: 'state' } & ReplicationState)
  | WorkerLogLine;

export interface ReplicaSettings {
  readonly source: CopiedStoreChoice;
  /** The folder of the copy. */
  readonly folder: string;
}

interface ReplicaWorkerOptions extends ReplicaSettings {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when the copy has more events. */
  readonly onCopied: () => void;
}

/**
 * Copies a log into a folder, on a separate thread. If the thread ends, it is restarted.
 * @throws LogUnusable - the copy can't be opened
 */
export function startReplicaWorker({ folder, source, clock, logger, onCopied }: ReplicaWorkerOptions) {
  const present = inspectCopy(folder);
  /** When the copy was last known to be complete. If it never was, the time of its newest event is used. */
  let completeAtMs = present.newestAtMs ?? clock();
  let state: ReplicationState = { ...notRunning, brokenBecause: 'Replication has not begun.' };
  let setBegun: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (setBegun = resolve));
  if (present.isBegun) setBegun();
  let setWhole: () => void = () => undefined;
  const whole = new Promise<void>((resolve) => (setWhole = resolve));

  const become = (next: ReplicationState) => {
    if (state.caughtUp && !next.caughtUp) completeAtMs = clock();
    state = next;
    if (next.caughtUp) setWhole();
  };
  const thread = superviseWorker<ReplicaRequest, ReplicaMessage>({
    module: builtThread('replica-worker'),
    workerData: { folder, source } satisfies ReplicaSettings,
    onMessage(message) {
      if (message.kind === 'begun') setBegun();
      else if (message.kind === 'copied') onCopied();
      else if (message.kind === 'log') writeLogLine(logger, message);
      else become(message);
    },
    onEnded({ reason, restartAfterMs }) {
      logger.error({ reason, restartAfterMs }, 'the thread that copies the log has ended, and is started again');
      const { eventsBehind, unansweredSinceMs } = state;
      const brokenBecause = `The thread that copies the log has ended: ${reason}`;
      become({ ...notRunning, brokenBecause, eventsBehind, unansweredSinceMs: unansweredSinceMs ?? clock() });
    },
  });

  return {
    /** Resolves once the copy can be read: at once if it was begun earlier, never if the server does not answer. */
    begun,
    /** Resolves once the copy has been complete since the start; never if the server does not answer. */
    whole,
    /** Why events are not copied now, in words for the operator; null while they are. */
    brokenBecause: () => state.stoppedBecause ?? state.brokenBecause,
    /** Why nothing will be copied until an operator decides; null while replication recovers by itself. */
    stoppedBecause: () => state.stoppedBecause,
    /** Milliseconds since the copy was last known to be complete; 0 while it is kept up to date. */
    behindMs: () => (state.caughtUp ? 0 : Math.max(0, clock() - completeAtMs)),
    /** What the source said, and since when it does not answer. */
    source: () => ({ eventsBehind: state.eventsBehind, unansweredSinceMs: state.unansweredSinceMs }),
    stop: () => thread.close('stop'),
  };
}

const notRunning = { caughtUp: false, stoppedBecause: null, eventsBehind: null, unansweredSinceMs: null };

/** On the calling thread, so that a copy that can't be used is reported to the caller. */
function inspectCopy(folder: string): { readonly isBegun: boolean; readonly newestAtMs: number | null } {
  const copy = openSqliteLogReplica(folder);
  try {
    return { isBegun: copy.identity() !== null, newestAtMs: copy.newest(1)[0]?.recordedAtMs ?? null };
  } finally {
    copy.close();
  }
}

/** The copy of a log on a query node: made by one thread, projected by another, read on the main thread. */
export type ReplicaLog = Awaited<ReturnType<typeof openReplicaLog>>;

/** The copy of the log, and the read models that follow from it. */
interface OpenedCopy extends Projected {
  readonly reader: SqliteEventReader;
}

/**
 * Serves the copy of the log that the node has, even while its source is away. Without a copy, waits up to `firstAnswerMsMax`
 * for it; if it answers later, the copy opens by itself.
 * @throws LogUnusable, ReadModelUnusable - the files in the folder can't be used
 */
export async function openReplicaLog(source: CopiedStoreChoice, options: QueryingOptions) {
  const { dataDir, personalKeysDir = null, clock, logger, closing } = options;
  const folder = logFolder({ dataDir, eventStore: source });
  const appended = new Notifier();
  const changed = new Notifier();
  const state = { copy: null as OpenedCopy | null, unusableBecause: null as string | null };
  const onCopied = () => {
    appended.notify();
    state.copy?.reader.notify();
  };
  const replication = startReplicaWorker({ source, folder, clock, logger, onCopied });
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
    const reader = new SqliteEventReader(folder, openEventsWith(personalKeysDir));
    closingCopy.add('reader of the copy', () => reader.close());
    const log = { folder, keysFolder: personalKeysDir, store: reader, whole: replication.whole, appended, changed };
    state.copy = { reader, ...(await openProjected(log, { ...options, closing: closingCopy })) };
  };
  const isBegun = await within(
    replication.begun.then(() => true),
    { ms: firstAnswerMsMax, late: false },
  );
  if (isBegun) await open();
  else {
    logger.warn({}, 'the log can not be reached, and there is no copy of it yet: queries are refused until then');
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
    /** Null until the node has a copy of the log. */
    copy: () => state.copy,
    /** The copy, once it has been complete at some moment since the start; else null. */
    wholeCopy: () => (isWhole ? state.copy : null),
    /** Available without a copy too. The projection counts as stalled until there is one. */
    progress: progressOf(state, replication),
    /** Notified when the read model has changed. */
    changed,
    /** Why events are not copied now; null while they are. */
    brokenBecause: () => state.unusableBecause ?? replication.brokenBecause(),
    /** Milliseconds since the copy was last known to be complete, what the source said, and since when it does not answer. */
    behind: () => ({ ...replication.source(), behindMs: replication.behindMs() }),
  };
}

function progressOf(
  state: { readonly copy: OpenedCopy | null; readonly unusableBecause: string | null },
  replication: ReturnType<typeof startReplicaWorker>,
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
    counts: () => state.copy?.models.progress.counts() ?? noCounts,
  };
}

const refuseLater = () => Promise.resolve().then(refuse);
const absentReadModel = latestReader(refuse);
const absentSnapshot: ReadModelSnapshot = { reader: absentReadModel, close: () => undefined };

/** The ports of a query node without a copy of the log: every question throws LedgerError STORE_UNAVAILABLE. */
const absentPorts: LogPorts = {
  readModel: absentReadModel,
  // Snapshots open, because an operation that reads nothing can be answered.
  snapshots: {
    openForQuery: () => Promise.resolve(absentSnapshot),
    openForMessages: () => Promise.resolve(absentSnapshot),
    state: () => null,
    counts: () => ({ queries: { open: 0, waiting: 0 }, messages: { open: 0, waiting: 0 } }),
  },
  analyses: { ask: refuseLater },
  past: { open: refuseLater },
  outages: { between: refuseLater },
  bodies: { bodyAt: refuseLater },
  log: {
    get logId() {
      return refuse();
    },
    get epoch() {
      return refuse();
    },
    eventIdAt: refuse,
    hasRemoved: refuse,
  },
  mayHavePosition: refuse,
  unfinishedImport: refuseLater,
  decisions: { release: refuseLater, discard: refuseLater },
  operatorFacts: { record: refuseLater, find: refuseLater },
  mutationAnswers: { find: refuseLater, keep: refuseLater },
  audit: { record: refuseLater, count: refuseLater },
};

/** What a node does with the log itself, of which it has a copy. */
type Original = Pick<LogToQuery, 'current'> & {
  /** As `GraphqlPorts.mayHavePosition`, for positions beyond the copy. */
  readonly mayHavePosition: (position: bigint) => Promise<boolean | null>;
};

/** The ports of a node with a copy of a log that depend on where the log itself is. */
type OriginalPorts = Pick<GraphqlPorts, 'redaction' | 'health' | 'erasures' | 'forwarding' | 'alerts'>;

/** The ports of a node with a copy of a log: they refuse until there is one. */
export function portsOfReplica(
  { ports, original }: { readonly ports: OriginalPorts; readonly original: Original },
  replica: Pick<ReplicaLog, 'copy' | 'progress' | 'changed'>,
  options: QueryingOptions,
): () => GraphqlPorts {
  const { clock, logger, callbackSetup } = options;
  const always = {
    ...ports,
    progress: replica.progress,
    logSecret: () => replica.copy()?.reader.secret ?? null,
    callbackSetup,
    notifications: replica.changed,
    clock,
    logger,
  };
  const absent = { ...always, ...absentPorts };
  const portsOf = (copy: OpenedCopy): GraphqlPorts => ({
    ...always,
    ...createLogPorts(
      {
        ...copy,
        current: original.current,
        mayHavePosition: async (position) =>
          position <= (await copy.reader.endPosition()) || (await original.mayHavePosition(position)),
      },
      options,
    ),
  });
  let present: GraphqlPorts | null = null;
  return () => {
    const copy = replica.copy();
    return copy === null ? absent : (present ??= portsOf(copy));
  };
}
