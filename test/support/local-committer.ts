import { openLogFile } from '../../src/log/sqlite/log-file.ts';
import { LogWriter } from '../../src/log/sqlite/log-writer.ts';
import type { Committer } from '../../src/log/sqlite/worker-committer.ts';

/** Commits on the calling thread, which is blocked during each fsync: for tests and benches without a worker thread. */
export function openLocalCommitter(dataDir: string): Committer {
  const db = openLogFile(dataDir);
  const writer = new LogWriter(db);
  // The port is asynchronous because of the worker thread.
  /* oxlint-disable typescript/require-await */
  return {
    commit: async (appends, recordedAtMs) => writer.commit(appends, recordedAtMs),
    truncate: async (truncations) => writer.truncate(truncations),
    close: async () => void db.close(),
  };
  /* oxlint-enable typescript/require-await */
}
