import type Database from 'better-sqlite3';
import type { FoundMissing } from './missing-callbacks.ts';
import { leastValue } from '../../lists/sql/list-definition.ts';
import { lastHeardSql, lastReceivedSql } from '../../sessions/last-heard-table.ts';
import { streamSessionList } from '../../sessions/stream-session-list.ts';
import { readMatching } from '../matching-rows-table.ts';
import type { MissingRequest } from './missing-request-table.ts';
import type { Slice } from '../read-slice-table.ts';
import { supersededAt } from '../session-slices-table.ts';

type Reason = 'SUPERSEDED_WITHOUT_END' | 'END_WITHOUT_START' | 'LIVE_BUT_SILENT';

/** Sessions that miss a callback for this reason. */
export function* readMissingOfSessions(
  db: Database.Database,
  reason: Reason,
  { condition, window, silentAfterMs, assertGoesOn }: MissingRequest,
): Generator<FoundMissing> {
  const { meets, times, slice } = definitions[reason];
  const silentSinceMs = window.toMs - silentAfterMs;
  const columns = [...names, ...times(silentSinceMs), meets(silentSinceMs)];
  const slices = [{ ...ofSessions, ...slice(window.toMs) }];
  const rows = { list: streamSessionList, by: 'STARTED_AT', condition, columns, slices, assertGoesOn };
  for (const row of readMatching<Columns>(db, rows)) {
    const [sessionRow, firstPosition, appId, domain, path, streamId, expectedFromMs, expectedToMs, isMissing] = row;
    if (isMissing !== 1) continue;
    yield {
      ...{ reason, appId, domain, path, streamId, sessionRow, firstPosition },
      expectedFromMs,
      expectedToMs: expectedToMs ?? window.toMs,
      ...{ taskRow: null, run: null, file: null, usualPauseMs: null, nth: 0 },
    };
  }
}

const names = ['id', 'CAST(first_position AS TEXT)', 'app_id', 'domain', 'path', 'stream_id'] as const;

type Columns = readonly [
  sessionRow: number,
  firstPosition: string,
  appId: string,
  domain: string | null,
  path: string | null,
  streamId: string | null,
  expectedFromMs: number | null,
  expectedToMs: number | null,
  isMissing: number,
];

interface Definition {
  /** The condition of a session that misses the callback. Needed because a filter may find sessions of any kind. */
  readonly meets: (silentSinceMs: number) => string;
  /** Between which moments the callback should have come; null: until the end of the window. */
  readonly times: (silentSinceMs: number) => readonly [from: string, to: string];
  readonly slice: (toMs: number) => Pick<Slice, 'index' | 'when' | 'to'>;
}

const ofSessions = { table: 'stream_sessions', column: 'ordered_at', position: 'first_position', from: leastValue };

/** Reads little of sessions that were heard of recently. */
const isSilent = (sinceMs: number) =>
  `CASE WHEN state = 'LIVE' AND ${lastReceivedSql} < ${sinceMs} THEN ${lastHeardSql} < ${sinceMs} ELSE 0 END`;

const definitions: Readonly<Record<Reason, Definition>> = {
  SUPERSEDED_WITHOUT_END: {
    meets: () => `state = 'SUPERSEDED'`,
    times: () => ['ordered_at', supersededAt],
    slice: (to) => ({ index: 'stream_sessions_superseded', when: `state = 'SUPERSEDED'`, to }),
  },
  END_WITHOUT_START: {
    // The push is the fourth value of the fold, see `toFoldText`.
    meets: () => `started_at_source <> 'PUSH_CALLBACK' AND json_extract(session, '$[3]') IS NULL`,
    times: () => ['started_at', 'ordered_at'],
    slice: (to) => ({ index: 'stream_sessions_without_push', when: `started_at_source <> 'PUSH_CALLBACK'`, to }),
  },
  LIVE_BUT_SILENT: {
    meets: isSilent,
    times: (sinceMs) => [`CASE WHEN ${isSilent(sinceMs)} THEN ${lastHeardSql} END`, 'NULL'],
    slice: (to) => ({ index: 'stream_sessions_live', when: `state = 'LIVE'`, to }),
  },
};
