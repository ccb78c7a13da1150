import { performance } from 'node:perf_hooks';
import type { Append, AppendOutcome } from './append-queue.ts';
import { openLogFile } from './log-file.ts';
import { createLogWriter, type LogWriter } from './log-writer.ts';

export interface GroupCommitted {
  readonly outcomes: readonly AppendOutcome[];
  /** Of the transaction with its fsync. */
  readonly durationMs: number;
}

/** Where the log is written: the connection that writes stands there. */
export interface Committer {
  /** @throws StoreUnavailable - as of `LogWriter.commit`; where it says `mayBeStored` the outcome is not known */
  commit(appends: readonly Append[], recordedAtMs: number): Promise<GroupCommitted>;
  /** As `LogWriter.truncate`. */
  truncate(streamName: string, beforeRevision: bigint): Promise<boolean>;
  close(): Promise<void>;
}

/** Commits on the calling thread, which stands still meanwhile: for a process that does nothing else. */
export function openLocalCommitter(dataDir: string): Committer {
  const db = openLogFile(dataDir);
  const writer = createLogWriter(db);
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- the thread's form is asynchronous
    commit: async (appends, recordedAtMs) => commitTimed(writer, appends, recordedAtMs),
    // eslint-disable-next-line @typescript-eslint/require-await
    truncate: async (streamName, beforeRevision) => writer.truncate(streamName, beforeRevision),
    // eslint-disable-next-line @typescript-eslint/require-await
    close: async () => void db.close(),
  };
}

export function commitTimed(writer: LogWriter, appends: readonly Append[], recordedAtMs: number): GroupCommitted {
  const begun = performance.now();
  const outcomes = writer.commit(appends, recordedAtMs);
  return { outcomes, durationMs: performance.now() - begun };
}
