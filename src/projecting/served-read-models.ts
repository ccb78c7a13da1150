import { untilDone } from '../kernel/clock.ts';
import { describeFault } from '../kernel/logger.ts';
import { ConditionWaiters } from '../kernel/notifier.ts';
import { retryAfterMs } from './projector.ts';
import { type ProjectedCounts, type ProjectionProgress, noCounts, sumOf } from './progress.ts';
import {
  markComplete,
  openReadModelForWriting,
  readModelFileName,
  readModelVersion,
  removeReadModel,
} from './file/read-model-file.ts';
import {
  removeReadModels,
  chooseReadModel,
  type FoundReadModel,
  type ReadModelChoice,
} from './file/read-models-on-disk.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { type LogToProject, ProjectedFile, createBuildReport } from './projected-file.ts';

/** The readers of a node, which are switched from file to file. */
interface SwitchedReaders {
  /** Null: there is no file, and every query is refused. */
  readFrom(file: string | null): void;
  /** Called after each batch and each switch, when there may be more to read. */
  progressed(): void;
}

interface Options {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Finds the read models in the folder of a log, projects those that answer, and builds new ones beside them if they are
 * outdated, damaged or missing. Until the first ones are complete, queries are refused rather than answered in part.
 * @throws ReadModelUnusable - those that would answer were built from another log, or from more events than the log has
 */
export async function openServedReadModels(
  log: LogToProject,
  options: Options,
  readers: SwitchedReaders,
): Promise<ServedReadModels> {
  const choice = await chooseReadModel(log.folder, log.store, options.logger);
  const served = new ServedReadModels(log, options, readers);
  await served.start(choice);
  return served;
}

interface Building {
  readonly file: ProjectedFile;
  readonly because: string;
  readonly report: ReturnType<typeof createBuildReport>;
}

/** The read models of a node: the file that answers, and the one that is built beside it. */
export class ServedReadModels {
  private serving: ProjectedFile | null = null;
  private building: Building | null = null;
  /** The build that is being switched in. */
  private switching: Building | null = null;
  /** The counts of files that no longer answer. */
  private earlier: ProjectedCounts = noCounts;
  private lastBuild = 0;
  private isWhole = false;
  private readonly waiters = new ConditionWaiters();
  private readonly stopping = new AbortController();
  /** The changes to files, one after another. */
  private changing: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: LogToProject,
    private readonly options: Options,
    private readonly readers: SwitchedReaders,
  ) {}

  async start({ serve, begun, buildBecause, lastBuild }: ReadModelChoice): Promise<void> {
    const { whole, store } = this.log;
    this.lastBuild = lastBuild;
    void whole.then(() => {
      this.isWhole = true;
      this.switchInWhenReady();
    });
    // Lets the callback above run if the log is whole already.
    await Promise.resolve();
    if (serve !== null) this.serve(serve);
    if (buildBecause === null) return;
    const isEmpty = serve === null && begun === null && (await store.lagAfter(null)).events <= 1;
    if (isEmpty && this.isWhole) this.serve(this.makeFile({ isComplete: true }));
    else this.build(buildBecause, begun);
  }

  readonly progress: ProjectionProgress = {
    lag: () => this.lagOf(this.serving),
    stalledBecause: () => {
      const projecting = this.serving?.isProjected === true ? this.serving : this.building?.file;
      return projecting?.stalledBecause ?? null;
    },
    counts: () =>
      [this.serving, this.building?.file].map((file) => file?.counts ?? noCounts).reduce(sumOf, this.earlier),
    build: async () => {
      if (this.building === null) return null;
      const { file, because } = this.building;
      const { checkpoint: position, stalledBecause } = file;
      return {
        version: readModelVersion,
        because,
        position,
        lagEvents: (await this.lagOf(file)).events,
        stalledBecause,
      };
    },
  };

  /** Whether a file answers and is kept up to date. False while there is none, or only one of an older version. */
  isKeptUpToDate(): boolean {
    return this.serving?.isProjected ?? false;
  }

  /** Builds new read models beside those that answer, and switches to them. Does nothing during another build. */
  rebuild(because: string): void {
    if (this.building === null) this.change(() => this.build(because));
  }

  /**
   * Builds read models that are begun after this call, and resolves once they answer and all files of those before are removed. Rejects if it
   * is stopped first.
   */
  async rebuildAnew(because: string): Promise<void> {
    const stopped = () => (this.stopping.signal.aborted ? new Error('The read models were closed before.') : null);
    await this.waiters.until(() => this.building === null, stopped);
    const before = this.lastBuild;
    this.rebuild(because);
    await this.waiters.until(() => (this.serving?.build ?? 0) > before, stopped);
    await this.changing;
  }

  /** Call it when reading a file has shown that it is damaged. */
  damaged(file: string, reason: string): void {
    [this.serving, this.building?.file].find((one) => one?.file === file)?.onDamaged(reason);
  }

  /** Resolves once the file that answers has everything up to this position. Rejects if it is stopped first. */
  waitForPosition(position: bigint): Promise<void> {
    return this.waiters.until(
      () => (this.serving?.checkpoint ?? -1n) >= position,
      () => (this.stopping.signal.aborted ? new Error('The read models were closed before.') : null),
    );
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.waiters.check();
    await Promise.all([this.serving?.close(), this.building?.file.close(), this.changing]);
  }

  /** Makes a change to files after all earlier ones. If it fails, for example on a full disk, it is retried until it succeeds. */
  private change(make: () => Promise<void> | void): void {
    const failed = (error: unknown) => {
      const fault = { ...describeFault(error), retryAfterMs };
      this.options.logger.error(fault, 'changing the read models failed; it is tried again');
      return retryAfterMs;
    };
    this.changing = this.changing.then(() => untilDone(make, this.stopping.signal, failed));
  }

  private async lagOf(file: ProjectedFile | null) {
    // If no file answers, every event of the log is missing from the answers.
    const { events, oldestRecordedAtMs } = await this.log.store.lagAfter(file?.checkpoint ?? null);
    return { events, ms: oldestRecordedAtMs === null ? 0 : Math.max(0, this.options.clock() - oldestRecordedAtMs) };
  }

  private serve(model: FoundReadModel): void {
    this.readers.readFrom(model.file);
    this.serving = this.open(model);
    const { version, checkpoint } = model;
    if (version !== readModelVersion) {
      this.options.logger.warn({ version, position: String(checkpoint) }, olderAnswers);
    }
    this.changed();
  }

  private open(model: FoundReadModel): ProjectedFile {
    const opened = new ProjectedFile(model, this.log, this.options, {
      onProgress: () => {
        if (this.building?.file === opened) {
          this.building.report.progressed();
          this.switchInWhenReady();
        } else this.changed();
      },
      onDamaged: (reason) => {
        if (this.building?.file === opened) this.dropBuilding(this.building, reason);
        else if (this.serving === opened) this.dropServing(opened, reason);
      },
    });
    return opened;
  }

  private changed(): void {
    this.readers.progressed();
    this.waiters.check();
  }

  private makeFile({ isComplete }: { readonly isComplete: boolean }): FoundReadModel {
    const { folder, store } = this.log;
    const build = this.lastBuild + 1;
    const file = readModelFileName(folder, build);
    // A deleted file may have left its write-ahead log, which SQLite would take for that of the new one.
    removeReadModel(file);
    const db = openReadModelForWriting(file, store.logId);
    try {
      if (isComplete) markComplete(db);
    } finally {
      db.close();
    }
    this.lastBuild = build;
    return { file, build, version: readModelVersion, checkpoint: null };
  }

  private build(because: string, begun: FoundReadModel | null = null): void {
    if (this.building !== null) return;
    const file = this.open(begun ?? this.makeFile({ isComplete: false }));
    const { logger } = this.options;
    const lag = () => this.lagOf(file);
    const report = createBuildReport({ file: file.file, because, lag, logger, isServing: this.serving !== null });
    this.building = { file, because, report };
  }

  private switchInWhenReady(): void {
    const { building } = this;
    if (building === null || building === this.switching || !building.file.hasCaughtUp || !this.isWhole) return;
    this.switching = building;
    this.change(() => this.switchIn(building));
  }

  /** Pauses the file that answers first, so that the new one is not behind it when it takes over. */
  private async switchIn(built: Building): Promise<void> {
    const before = this.serving;
    const isCalledOff = () => built !== this.building || before !== this.serving;
    if (!isCalledOff()) {
      await before?.pause();
      if (before?.checkpoint != null) await built.file.waitForPosition(before.checkpoint);
      await built.file.complete();
    }
    this.switching = null;
    if (isCalledOff()) {
      // Meanwhile one of the two turned out to be damaged.
      this.serving?.resume();
      this.switchInWhenReady();
      return;
    }
    const { file, version, build } = built.file;
    this.readers.readFrom(file);
    this.serving = built.file;
    this.building = null;
    this.changed();
    built.report.switchedIn();
    if (before !== null) await this.retire(before);
    const isOlder = (found: FoundReadModel | { version: number; build: number }) =>
      found.version < version || (found.version === version && found.build < build);
    removeReadModels(this.log.folder, isOlder);
  }

  private dropServing(dropped: ProjectedFile, reason: string): void {
    const { file } = dropped;
    this.serving = null;
    this.readers.readFrom(null);
    this.changed();
    this.options.logger.error({ file, reason }, servingDamaged);
    this.buildInsteadOf(dropped, `the one that answered was damaged: ${reason}`);
  }

  private dropBuilding({ file: dropped, because }: Building, reason: string): void {
    const { file } = dropped;
    this.building = null;
    this.options.logger.error({ file, reason }, buildingDamaged);
    this.buildInsteadOf(dropped, because);
  }

  private buildInsteadOf(dropped: ProjectedFile, because: string): void {
    // Not as a change, because another change may be waiting for this file.
    const retired = this.retire(dropped);
    this.change(async () => {
      await retired;
      removeReadModel(dropped.file);
      this.build(because);
    });
  }

  private async retire(file: ProjectedFile): Promise<void> {
    await file.close();
    this.earlier = sumOf(this.earlier, file.counts);
  }
}

const olderAnswers =
  'read models of an older version answer as they were, and grow no more, until those of this version are complete';
const servingDamaged = 'a read model is damaged: queries are refused until it is built again from the log';
const buildingDamaged = 'a read model that was being built is damaged: building begins again';
