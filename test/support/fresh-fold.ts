import path from 'node:path';
import { readModelFileName } from '../../src/projecting/file/read-model-file.ts';
import { openReplica } from './eventstoredb-log.ts';
import { idsOf, readLog } from './log-events.ts';
import { hashOf } from './node-files.ts';
import { dumpOfStopped, openTestReadModel, withoutIncidentChanges } from './read-model.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** A whole log, folded in one batch. */
export interface FreshFold {
  readonly events: number;
  /** Distinct event ids: fewer than events if the log repeats some. */
  readonly ids: number;
  /** Position of the last event. */
  readonly end: bigint;
  /** The hash of all rows. */
  readonly hash: string;
}

/** Copies the log as the server has it now, and folds the copy. */
export async function foldAfresh(serverUrl: string, prefix: string): Promise<FreshFold> {
  const folder = makeTemporaryFolder();
  try {
    const copy = await openReplica(serverUrl, prefix, folder.path);
    try {
      await copy.replication.caughtUp();
      const readModel = openTestReadModel(readModelFileName(folder.path), copy.reader.logId);
      const events = await readLog(copy.reader);
      readModel.project(events);
      const hash = hashOf(withoutIncidentChanges(readModel.dump()));
      readModel.close();
      const ids = new Set(idsOf(events)).size;
      return { events: events.length, ids, end: events.at(-1)?.position ?? 0n, hash };
    } finally {
      await copy.close();
    }
  } finally {
    folder.remove();
  }
}

/** The hash of a stopped node's read model. */
export function hashOfRows(dataDir: string): string {
  return hashOf(dumpOfStopped(readModelFileName(path.join(dataDir, 'copy'))));
}
