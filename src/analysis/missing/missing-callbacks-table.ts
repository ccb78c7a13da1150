import type Database from 'better-sqlite3';
import {
  missingReasons,
  type FoundMissing,
  type MissingCallbacksQuestion,
  type MissingReason,
} from './missing-callbacks.ts';
import { isImpossible, withKnown } from '../../lists/conditions.ts';
import { readMissingOfSessions } from './missing-of-sessions-table.ts';
import { readMissingOfTasks } from './missing-of-tasks-table.ts';
import type { MissingRequest } from './missing-request-table.ts';
import { readSilentDomains } from './silent-domains-table.ts';

/** When the first callback of the record arrived, by the receiver's clock; null: there is none. */
export function recordBeganAt(db: Database.Database): number | null {
  const first = db.prepare<[], number>('SELECT received_at FROM callbacks ORDER BY position LIMIT 1').pluck();
  return first.get() ?? null;
}

/** Every missing callback that matches, each once. Some may be outside the window. */
export function* readMissing(
  db: Database.Database,
  { condition, window, silentAfterMs }: MissingCallbacksQuestion,
  assertGoesOn: () => void,
): Generator<FoundMissing> {
  for (const reason of missingReasons) {
    const ofReason = withKnown(condition, { reason, ...(reason === 'DOMAIN_SILENT' && ofNoStream) });
    if (isImpossible(ofReason)) continue;
    yield* readers[reason](db, { condition: ofReason, window, silentAfterMs, assertGoesOn });
  }
}

const ofNoStream = { path: null, streamId: null };

type Reader = (db: Database.Database, request: MissingRequest) => Generator<FoundMissing>;

const readers: Readonly<Record<MissingReason, Reader>> = {
  SUPERSEDED_WITHOUT_END: (db, request) => readMissingOfSessions(db, 'SUPERSEDED_WITHOUT_END', request),
  END_WITHOUT_START: (db, request) => readMissingOfSessions(db, 'END_WITHOUT_START', request),
  LIVE_BUT_SILENT: (db, request) => readMissingOfSessions(db, 'LIVE_BUT_SILENT', request),
  RUN_WITHOUT_START: (db, request) => readMissingOfTasks(db, 'RUN_WITHOUT_START', request),
  FILE_WITHOUT_START: (db, request) => readMissingOfTasks(db, 'FILE_WITHOUT_START', request),
  DOMAIN_SILENT: readSilentDomains,
};
