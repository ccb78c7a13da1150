import { open, stat } from 'node:fs/promises';
import { ConditionWaiters, type Notifications, type Notifier } from '../kernel/notifier.ts';
import { type ProjectedCounts, noCounts, sumOf } from './progress.ts';
import { readModelVersion } from './file/read-model-file.ts';
import type { Logger } from '../kernel/logger.ts';
import { startProjectionWorker, type ProjectionWorker } from './worker/start.ts';
import type { FoundReadModel } from './file/read-models-on-disk.ts';
import type { EventReader } from '../log/event-store.ts';

/** What a file reports, until `close`. */
interface FileEvents {
  readonly onProgress: () => void;
  /** Called at most once: the file is gone, or its content can't be trusted. */
  readonly onDamaged: (reason: string) => void;
}

/** A file of the read models, the thread that projects into it, and a watch for changes by others. */
export class ProjectedFile {
  readonly file: string;
  readonly version: number;
  readonly build: number;
  /** Null while nothing is projected. A file of an older version is never projected into. */
  private worker: ProjectionWorker | null = null;
  private endedAt: bigint | null;
  /** The counts of threads that have ended. */
  private earlier = noCounts;
  private isClosed = false;
  private readonly waiters = new ConditionWaiters();
  private readonly unwatch: () => void;

  constructor(
    { file, version, build, checkpoint }: FoundReadModel,
    private readonly log: LogToProject,
    private readonly options: { readonly logger: Logger },
    private readonly events: FileEvents,
  ) {
    this.file = file;
    this.version = version;
    this.build = build;
    this.endedAt = checkpoint;
    this.unwatch = watchFile(file, this.onDamaged);
    this.resume();
  }

  get isProjected(): boolean {
    return this.worker !== null;
  }

  get hasCaughtUp(): boolean {
    return this.worker?.hasCaughtUp() ?? false;
  }

  get checkpoint(): bigint | null {
    return this.worker === null ? this.endedAt : this.worker.checkpoint();
  }

  get stalledBecause(): string | null {
    return this.worker?.stalledBecause() ?? null;
  }

  get counts(): ProjectedCounts {
    return sumOf(this.earlier, this.worker?.counts() ?? noCounts);
  }

  /** Resolves once everything up to this position is projected. Rejects if the file is closed first. */
  waitForPosition(position: bigint): Promise<void> {
    return this.waiters.until(
      () => (this.checkpoint ?? -1n) >= position,
      () => (this.isClosed ? new Error(`${this.file} was closed before.`) : null),
    );
  }

  /** Marks the file as complete, durably: from now on it may answer, also after a restart. */
  async complete(): Promise<void> {
    await this.worker?.complete();
  }

  /** Ends the thread; the file stays as it is until `resume`. */
  async pause(): Promise<void> {
    const { worker } = this;
    await worker?.stop();
    if (worker === null || this.worker !== worker) return;
    this.endedAt = worker.checkpoint();
    this.earlier = this.counts;
    this.worker = null;
  }

  resume(): void {
    if (this.worker !== null || this.isClosed || this.version !== readModelVersion) return;
    const { file, endedAt: checkpoint, onDamaged } = this;
    const { folder: dataDir, keysFolder = null, appended } = this.log;
    const { logger } = this.options;
    const onProgress = () => {
      if (this.isClosed) return;
      this.waiters.check();
      this.events.onProgress();
    };
    this.worker = startProjectionWorker({
      dataDir,
      keysFolder,
      file,
      checkpoint,
      appended,
      logger,
      onProgress,
      onDamaged,
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.unwatch();
    this.waiters.check();
    await this.pause();
  }

  /** Call it when reading the file has shown that it is damaged. */
  readonly onDamaged = (reason: string): void => {
    if (!this.isClosed) this.events.onDamaged(reason);
  };
}

/** A log that is projected in its own folder. */
export interface LogToProject {
  readonly folder: string;
  /** The folder of the keys of personal data, if there is one. */
  readonly keysFolder?: string | null | undefined;
  readonly store: Pick<EventReader, 'logId' | 'lagAfter' | 'endPosition' | 'lastRevision' | 'readStream'>;
  /** Resolves once the folder has all of the log. A copy that was never complete can't be projected completely. */
  readonly whole: Promise<void>;
  /** Notified when the log has more. */
  readonly appended: Notifications;
  /** Notified when the read model has changed. */
  readonly changed: Notifier;
}

/** Milliseconds between two checks of the file. Changes by others are noticed within this time, even without a query. */
const checkEveryMs = 1_000;

/** The first bytes of every SQLite file. */
const magic = Buffer.from('SQLite format 3\0');

/**
 * Checks a SQLite file that never shrinks, and reports the first problem: it is gone, another file has its name, it became
 * shorter, or its first bytes are not SQLite's. Returns a function that ends the watch.
 */
function watchFile(file: string, onDamaged: (reason: string) => void): () => void {
  let stopped = false;
  let known: { readonly ino: number; readonly size: number } | null = null;
  const stop = () => {
    stopped = true;
    clearInterval(timer);
  };
  const look = async () => {
    const { ino, size } = await stat(file);
    const problem =
      known !== null && known.ino !== ino
        ? 'another file has its name'
        : known !== null && size < known.size
          ? 'the file became shorter'
          : (await beginsAsSqlite(file))
            ? null
            : 'the file is not a database any more';
    known = { ino, size };
    return problem;
  };
  const check = async () => {
    const problem = await look().catch((error: unknown) =>
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'the file is gone' : null,
    );
    if (problem === null || stopped) return;
    stop();
    onDamaged(problem);
  };
  const timer = setInterval(() => void check(), checkEveryMs);
  void check();
  return stop;
}

async function beginsAsSqlite(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return buffer.equals(magic);
  } finally {
    await handle.close();
  }
}

/** Milliseconds between two lines on the progress of a build: often enough to show progress, and too seldom to fill a log. */
const lineEveryMs = 10_000;

interface Reported {
  readonly file: string;
  readonly because: string;
  readonly lag: () => Promise<{ readonly events: number }>;
  readonly logger: Logger;
  /** Whether other read models answer meanwhile. */
  readonly isServing: boolean;
}

/** Writes the lines on one build of the read models to the log of the process: at once that it has begun. */
export function createBuildReport({ file, because, lag, logger, isServing }: Reported) {
  const begunMs = performance.now();
  let lineMs = begunMs;
  const version = readModelVersion;
  logger.info(
    { version, file, because },
    isServing
      ? 'read models are built beside those that answer'
      : 'read models are built; queries are refused until they are complete',
  );
  const line = async () => {
    const { events: eventsLeft } = await lag();
    logger.info({ version, eventsLeft }, 'read models are being built');
  };
  return {
    progressed(): void {
      const nowMs = performance.now();
      if (nowMs - lineMs < lineEveryMs) return;
      lineMs = nowMs;
      // The log can't be read: the projection reports that.
      line().catch(() => undefined);
    },
    switchedIn(): void {
      const tookMs = Math.round(performance.now() - begunMs);
      logger.info({ version, file, tookMs }, 'the read models are complete, and answer from now on');
    },
  };
}
