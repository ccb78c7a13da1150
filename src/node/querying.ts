import { AnalysisThreads, type Analyses } from '../analysis/threads/start.ts';
import type { CallbackSetupPort, GraphqlPorts } from '../api/ports.ts';
import { createMutationAnswers } from '../api/mutation-answer-events.ts';
import type { ServedLog } from '../api/http/log-routes.ts';
import type { ServerOptions } from '../api/http/server.ts';
import { Auditor } from '../audit/audit-events.ts';
import { rebuildAfterErasures } from '../erasure/erase.ts';
import { createFactRecorder } from '../facts/operator-fact-events.ts';
import type { LeaseTimes } from '../forwarding/lease/lease-stream.ts';
import { within, type Clock } from '../kernel/clock.ts';
import type { Closing } from '../kernel/this-process.ts';
import { describeFault } from '../kernel/logger.ts';
import { errorCodes, LedgerError } from '../kernel/errors.ts';
import { createPastReadModels } from '../lists/past-read-models.ts';
import type { ReadModelSnapshots } from '../lists/sql/snapshot-pool.ts';
import { watchChanges } from '../kernel/notifier.ts';
import type { CursorLog } from '../live/log-cursor.ts';
import type { EventReader } from '../log/event-store.ts';
import type { CurrentLog } from '../log/only-event.ts';
import { PersonalKeyMissing } from '../log/sealing/key-files.ts';
import { readUnfinishedImport } from '../log/ledger-events.ts';
import type { Metrics } from '../observing/metrics.ts';
import { createOutageReader } from '../outages/receiving-outage-events.ts';
import { linkSqlFile, watchRebuildRequests } from '../projecting/file/read-models-on-disk.ts';
import { createFileSource, noSource, notReady } from '../projecting/file/reader-source.ts';
import { openSqliteReadModels, snapshotBoundsFor, snapshotMsMax } from '../projecting/file/sqlite-read-models.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';
import type { LogToProject } from '../projecting/projected-file.ts';
import { openServedReadModels, type ServedReadModels } from '../projecting/served-read-models.ts';
import { createQuarantineDecisions, readableWithinMs } from '../quarantine/keeping/decisions.ts';
import type { RecorderLink } from '../recorder/parent-link.ts';
import { recordLeftEntries } from '../audit/keeping/left-entries.ts';
import type { Settings } from '../settings/settings.ts';

/** The settings of a reader, and what it is connected to. `authenticity` and `access` are read at each use, so they may be changed. */
export interface ReaderOptions
  extends
    Pick<
      ServerOptions,
      | 'access'
      | 'logAccess'
      | 'issuer'
      | 'trustProxy'
      | 'logger'
      | 'corsOrigins'
      | 'rates'
      | 'liveBounds'
      | 'onCallback'
    >,
    Pick<Settings, 'dataDir' | 'eventStore' | 'roles' | 'authenticity' | 'forward' | 'alerts' | 'statisticsMsMax'>,
    Partial<Pick<Settings, 'personalKeysDir'>> {
  /** Only because its tokens are hidden. */
  readonly metricsAccess: { readonly tokens: readonly string[] };
  /** Only with EventStoreDB. */
  readonly leaseTimes: LeaseTimes;
  readonly clock: Clock;
  /** Milliseconds that a snapshot for one answer may be open. By default `snapshotMsMax`. */
  readonly readMsMax?: number;
  /** Milliseconds that an operator's decision or fact waits until it can be read, before it is answered all the same. */
  readonly readableMsMax?: number;
  /** The folder of the console's build. By default the one that `npm run build` makes. */
  readonly consoleFolder?: string;
}

/** What opening the parts that answer queries needs beside the settings. */
export interface QueryingOptions extends ReaderOptions {
  readonly link: RecorderLink;
  readonly metrics: Metrics;
  readonly callbackSetup: CallbackSetupPort;
  /** Lets standbys read the log. */
  readonly serveLog: (log: ServedLog) => void;
  /** Every opened part is added to it. The caller closes it, even if opening fails. */
  readonly closing: Closing;
}

/** The read models that follow from a log, and what reads them. */
export interface Projected {
  readonly models: ServedReadModels;
  /** Throws LedgerError STORE_UNAVAILABLE while no read model can answer, as `snapshots` does. */
  readonly readModel: ReadModelReader;
  readonly snapshots: ReadModelSnapshots;
  readonly analyses: Analyses;
}

/**
 * Projects a log on a separate thread, and opens the read models.
 * @throws ReadModelUnusable
 */
export async function openProjected(
  log: LogToProject,
  options: Pick<QueryingOptions, 'clock' | 'logger' | 'closing' | 'readMsMax' | 'statisticsMsMax'>,
): Promise<Projected> {
  const { changed } = log;
  const { clock, logger, closing, readMsMax = snapshotMsMax, statisticsMsMax: msMax } = options;
  const readers = openSqliteReadModels(snapshotBoundsFor(readMsMax));
  const { newest: readModel, snapshots } = readers;
  const onDamaged = (file: string, reason: string) => models.damaged(file, reason);
  const analyses = new AnalysisThreads({ clock, logger, msMax, onDamaged });
  const opening = openServedReadModels(
    log,
    { clock, logger },
    {
      readFrom(file) {
        readers.readFrom(file === null ? noSource : createFileSource(file, (reason) => onDamaged(file, reason)));
        analyses.readFrom(file);
        try {
          linkSqlFile(log.folder, file);
        } catch (error) {
          logger.warn(
            describeFault(error),
            'the link for SQL could not be made: sql.sqlite does not lead to what answers',
          );
        }
        // A switch counts as a change.
        changed.notify();
      },
      progressed: () => watch.check(),
    },
  );
  // Closed after all readers: closing a file last moves its write-ahead log into it, and readers may not write.
  closing.add('read models', () =>
    opening.then(
      (opened) => opened.stop(),
      () => undefined,
    ),
  );
  closing.add('readers of the read models', () => readers.close());
  closing.add('analysis threads', () => analyses.close());
  // In time, because nothing progresses before the read models are chosen.
  const watch = watchChanges(
    // Incidents may be decided on between two checkpoints.
    () => `${readModel.checkpoint()} ${readModel.incidentsMadeTo()}`,
    () => changed.notify(),
  );
  closing.add('change watch', () => watch.stop());
  const models = await opening;
  closing.add(
    'requests to rebuild',
    watchRebuildRequests(log.folder, () => models.rebuild('an operator asked for it')),
  );
  const rebuild = () => models.rebuildAnew('personal data were erased');
  closing.add('erasures in the log', rebuildAfterErasures({ folder: log.folder, log: log.store, rebuild, logger }));
  return { models, readModel, snapshots, analyses };
}

/** A log, or a copy of it, with what follows from it. */
export interface LogToQuery extends Projected {
  /** The store itself, not a copy. */
  readonly current: CurrentLog;
  readonly reader: Pick<EventReader, 'readAt' | 'readStream'> & CursorLog;
  readonly mayHavePosition: GraphqlPorts['mayHavePosition'];
}

/** The ports of GraphQL that depend on the log. */
export type LogPorts = Pick<
  GraphqlPorts,
  | 'readModel'
  | 'snapshots'
  | 'analyses'
  | 'past'
  | 'outages'
  | 'bodies'
  | 'unfinishedImport'
  | 'log'
  | 'mayHavePosition'
  | 'decisions'
  | 'operatorFacts'
  | 'mutationAnswers'
  | 'audit'
>;

/** Creates them for every kind of log. */
export function createLogPorts(
  log: LogToQuery,
  {
    dataDir,
    clock,
    logger,
    closing,
    readMsMax,
    readableMsMax = readableWithinMs,
  }: Pick<QueryingOptions, 'dataDir' | 'clock' | 'logger' | 'closing' | 'readMsMax' | 'readableMsMax'>,
): LogPorts {
  const { current, reader, mayHavePosition, models, readModel, snapshots, analyses } = log;
  const decisions = createQuarantineDecisions({
    store: { append: (...given) => current.append(...given), readAt: (position) => reader.readAt(position) },
    waitForPosition: (position) => models.waitForPosition(position),
    clock,
    readableMsMax,
  });
  /** The projector may be stopped meanwhile: what is durable is projected after the next start. */
  const readable = (position: bigint) =>
    within(
      models.waitForPosition(position).catch(() => undefined),
      { ms: readableMsMax, late: undefined },
    );
  const facts = createFactRecorder(current, readable);
  const audit = new Auditor(current, clock, logger);
  closing.add('audit', () => audit.close());
  closing.add('entries of commands', recordLeftEntries(dataDir, current, logger));
  /** If the read model is not kept up to date, later queries could not show the decision. */
  const whileProjected = () => {
    if (!models.isKeptUpToDate()) throw notReady();
    return decisions;
  };
  return {
    readModel,
    snapshots,
    analyses,
    past: createPastReadModels(reader, readMsMax),
    operatorFacts: {
      record: async (...given) => (whileProjected(), facts.record(...given)),
      find: async (operationId) => (whileProjected(), facts.find(operationId)),
    },
    mutationAnswers: createMutationAnswers(current, clock, readable),
    audit,
    outages: createOutageReader(reader),
    unfinishedImport: () => readUnfinishedImport(reader),
    decisions: {
      release: async (...given) => whileProjected().release(...given),
      discard: async (...given) => whileProjected().discard(...given),
    },
    bodies: {
      async bodyAt(position) {
        const event = await reader.readAt(position).catch(asUnavailable);
        if (event?.isDamaged) throw new LedgerError('EVENT_DAMAGED', errorCodes.EVENT_DAMAGED.meaning);
        return event?.data ?? null;
      },
    },
    log: reader,
    mayHavePosition,
  };
}

/** A client need not know where the keys are: the operator sees that in `doctor` and `projections`. */
function asUnavailable(error: unknown): never {
  if (!(error instanceof PersonalKeyMissing)) throw error;
  const message = 'This node lacks a key of personal data, so it can not show what needs it.';
  throw new LedgerError('STORE_UNAVAILABLE', message, {}, { cause: error });
}
