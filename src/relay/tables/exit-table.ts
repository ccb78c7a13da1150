import type Database from 'better-sqlite3';
import type { RelayEvent } from '../relay-callback.ts';
import { orderTimeOf } from '../relay-runs.ts';
import type { ExitOfSource, ExitsOfSource, ExitTimes, MomentRange, StoredExit } from '../relay-task-rows.ts';
import type { ExitWithoutTaskId } from '../relay-task.ts';

/** The projector's statements for exits that name no task. */
export function prepareRelayExits(db: Database.Database) {
  const exits = `SELECT position, identity, source_at, at, occurred_at, received_at, relay_event, task_row,
      EXISTS (SELECT 1 FROM relay_exit_candidates WHERE exit_position = position) AS was_ambiguous
    FROM callbacks WHERE source_key = ?`;
  const page = db.prepare<[string, number, number, Uint8Array, bigint, number], ExitColumns>(
    `${exits} AND source_at >= ? AND (source_at, identity, position) > (?, ?, ?)
     ORDER BY source_at, identity, position LIMIT +?`,
  );
  const untimedBack = db.prepare<[string, number, Uint8Array, bigint, number], ExitColumns>(
    `${exits} AND source_at < 0 AND (source_at, identity, position) < (?, ?, ?)
     ORDER BY source_at DESC, identity DESC, position DESC LIMIT +?`,
  );
  // Two statements: SQLite searches an index for one end, but reads all of it for both.
  const timeOf = (end: 'min' | 'max') =>
    db.prepare<[string], number | null>(`SELECT ${end}(source_at) FROM callbacks WHERE source_key = ?`).pluck();
  const [firstAt, lastAt] = [timeOf('min'), timeOf('max')];
  const attribute = db.prepare<[number | null, string | null, number, bigint]>(
    'UPDATE callbacks SET task_row = ?, attribution = ?, at = ? WHERE position = ?',
  );
  const moveTo = db.prepare<[number, bigint]>('UPDATE callbacks SET source_at = ? WHERE position = ?');
  return {
    ...prepareExitCandidates(db),
    exitsWithoutTaskId(sourceKey: string, fromMs: number, after: StoredExit | null, rowsMax: number): StoredExit[] {
      const { atMs, digest, position } = after?.exit ?? {
        atMs: fromMs,
        digest: '',
        position: -1n,
      };
      return page
        .all(sourceKey, fromMs, atMs, Buffer.from(digest, 'hex'), position, rowsMax)
        .flatMap((columns) => toStoredExit(columns));
    },
    untimedExitsBefore(sourceKey: string, before: StoredExit | null, rowsMax: number): StoredExit[] {
      const { atMs, digest, position } = before?.exit ?? { atMs: 0, digest: '', position: -1n };
      return untimedBack
        .all(sourceKey, atMs, Buffer.from(digest, 'hex'), position, rowsMax)
        .flatMap((columns) => toStoredExit(columns));
    },
    timesOfExitsWithoutTaskId(sourceKey: string): ExitTimes | null {
      const firstMs = firstAt.get(sourceKey) ?? null;
      if (firstMs === null) return null;
      return { firstMs, lastMs: lastAt.get(sourceKey) ?? firstMs };
    },
    attribute(callbackPosition: bigint, taskRow: number | null, atMs: number): void {
      attribute.run(taskRow, taskRow === null ? null : 'BY_SOURCE_URLS', atMs, callbackPosition);
    },
    moveExitTo: (callbackPosition: bigint, atMs: number) => void moveTo.run(atMs, callbackPosition),
  };
}

/** Statements for the tasks to which an exit belongs or may belong. */
function prepareExitCandidates(db: Database.Database) {
  const removeCandidates = db.prepare<[bigint]>('DELETE FROM relay_exit_candidates WHERE exit_position = ?');
  const insertCandidate = db.prepare<[bigint, number, string, number]>(
    'INSERT INTO relay_exit_candidates (exit_position, task_row, source_key, source_at) VALUES (?, ?, ?, ?)',
  );
  const candidateExits = db.prepare<[number, number, number, number], ExitsOfSource>(
    `SELECT candidate.source_key AS sourceKey, min(candidate.source_at) AS fromMs, max(candidate.source_at) AS untilMs
     FROM relay_exit_candidates AS candidate JOIN callbacks ON position = exit_position
     WHERE candidate.task_row = ? AND candidate.source_at >= ? AND candidate.source_at < ? AND received_at >= ?
     GROUP BY candidate.source_key ORDER BY candidate.source_key`,
  );
  const untimedOf = db
    .prepare<[number, number, number, number], string>(
      `SELECT source_key FROM callbacks
       WHERE task_row = ? AND source_key IS NOT NULL AND occurred_at IS NULL AND received_at >= ?
       UNION SELECT source_key FROM relay_exit_candidates WHERE task_row = ? AND source_at >= ? AND source_at < 0`,
    )
    .pluck();
  const concerns = db
    .prepare<[number, number], number>(
      `SELECT EXISTS (SELECT 1 FROM callbacks WHERE task_row = ? AND source_key IS NOT NULL AND occurred_at IS NULL)
         OR EXISTS (SELECT 1 FROM relay_exit_candidates WHERE task_row = ?)`,
    )
    .pluck();

  return {
    /** Whether an exit without a time belongs to the task, or any exit may. */
    exitsConcern: (taskRow: number) => concerns.get(taskRow, taskRow) === 1,
    putExitCandidates({ position, sourceKey, atMs }: ExitOfSource, taskRows: readonly number[]): void {
      removeCandidates.run(position);
      for (const taskRow of taskRows) insertCandidate.run(position, taskRow, sourceKey, atMs);
    },
    sourcesOfUntimedExits(taskRow: number, receivedFromMs: number): string[] {
      const fromMs = orderTimeOf({ occurredAtMs: null, receivedAtMs: receivedFromMs }, null, false);
      return untimedOf.all(taskRow, receivedFromMs, taskRow, fromMs);
    },
    candidateExitsOf: (taskRow: number, { fromMs, untilMs }: MomentRange, receivedFromMs: number) =>
      candidateExits.all(taskRow, fromMs, untilMs, receivedFromMs),
  };
}

interface ExitColumns {
  readonly position: number;
  readonly identity: Buffer;
  readonly source_at: number;
  readonly at: number;
  readonly occurred_at: number | null;
  readonly received_at: number;
  readonly relay_event: string;
  readonly task_row: number | null;
  readonly was_ambiguous: number;
}

function toStoredExit(columns: ExitColumns): StoredExit[] {
  const event = JSON.parse(columns.relay_event) as RelayEvent;
  if (event.type !== 'TASK_EXIT') return [];
  const exit: ExitWithoutTaskId = {
    kind: 'EXIT',
    atMs: columns.source_at,
    occurredAtMs: columns.occurred_at,
    receivedAtMs: columns.received_at,
    digest: columns.identity.toString('hex'),
    position: BigInt(columns.position),
    exit: event.exit,
    attribution: 'BY_SOURCE_URLS',
  };
  return [
    {
      exit,
      taskRow: columns.task_row,
      taskAtMs: columns.at,
      wasAmbiguous: columns.was_ambiguous === 1,
    },
  ];
}

/** The projector's statements that find the positions of callbacks without a time in the order of their task. */
export function prepareRelayOrder(db: Database.Database) {
  // Only callbacks that name the task: which others are attributed to it depends on this order.
  const arrivedBefore = (kind: 'BOUNDARY' | 'SIGN') =>
    db
      .prepare<[number, number, number, number], number>(
        `SELECT at FROM callbacks WHERE task_row = ? AND relay_kind = '${kind}' AND attribution = 'BY_TASK_ID'
         AND (received_at < ? OR (received_at = ? AND (occurred_at IS NOT NULL OR ?)))
       ORDER BY at DESC LIMIT 1`,
      )
      .pluck();
  const [boundaryBefore, activityBefore] = [arrivedBefore('BOUNDARY'), arrivedBefore('SIGN')];
  const untimedFrom = db.prepare<[number, number], UntimedColumns>(
    `SELECT position, relay_kind, at, received_at FROM callbacks
     WHERE task_row = ? AND relay_kind IN ('BOUNDARY', 'SIGN', 'OTHER') AND attribution = 'BY_TASK_ID'
       AND occurred_at IS NULL AND received_at >= ?
     ORDER BY received_at, relay_kind, identity, position`,
  );
  const moveTo = db.prepare<[number, bigint]>('UPDATE callbacks SET at = ? WHERE position = ?');

  return {
    arrivedBefore(taskRow: number, receivedAtMs: number, isActivity: boolean): number | null {
      const boundaryMs = boundaryBefore.get(taskRow, receivedAtMs, receivedAtMs, Number(isActivity)) ?? null;
      const activityMs = activityBefore.get(taskRow, receivedAtMs, receivedAtMs, 0) ?? null;
      if (boundaryMs === null || activityMs === null) return boundaryMs ?? activityMs;
      return Math.max(boundaryMs, activityMs);
    },
    untimedFrom: (taskRow: number, receivedAtMs: number) =>
      untimedFrom.all(taskRow, receivedAtMs).map(({ position, relay_kind, at, received_at }) => ({
        position: BigInt(position),
        atMs: at,
        isActivity: relay_kind === 'SIGN',
        occurredAtMs: null,
        receivedAtMs: received_at,
      })),
    moveTo: (callbackPosition: bigint, atMs: number) => void moveTo.run(atMs, callbackPosition),
  };
}

interface UntimedColumns {
  readonly position: number;
  readonly relay_kind: string;
  readonly at: number;
  readonly received_at: number;
}

type ExitTable = ReturnType<typeof prepareRelayExits>;

/**
 * What each callback of a task asks about exits that name no task, within one transaction: most sources have no such exit, and few tasks are
 * concerned by one. Written through, because the file answers the rest.
 */
export function createExitCache(table: ExitTable): Omit<ExitTable, 'exitsConcern'> & {
  inserted(sourceKey: string): void;
  forget(): void;
} {
  const sources = new Map<string, ExitTimes | null>();
  /** False: no exit concerns the task. True: one may. */
  const tasks = new Map<number, boolean>();
  const mayConcern = (taskRow: number): boolean => {
    const known = tasks.get(taskRow) ?? table.exitsConcern(taskRow);
    tasks.set(taskRow, known);
    return known;
  };
  return {
    ...table,
    timesOfExitsWithoutTaskId(sourceKey) {
      const known = sources.get(sourceKey);
      if (known !== undefined) return known;
      const times = table.timesOfExitsWithoutTaskId(sourceKey);
      sources.set(sourceKey, times);
      return times;
    },
    sourcesOfUntimedExits: (taskRow, fromMs) =>
      mayConcern(taskRow) ? table.sourcesOfUntimedExits(taskRow, fromMs) : [],
    candidateExitsOf: (taskRow, ...range) => (mayConcern(taskRow) ? table.candidateExitsOf(taskRow, ...range) : []),
    attribute(position, taskRow, atMs) {
      table.attribute(position, taskRow, atMs);
      if (taskRow !== null) tasks.set(taskRow, true);
    },
    putExitCandidates(exit, taskRows) {
      table.putExitCandidates(exit, taskRows);
      for (const taskRow of taskRows) tasks.set(taskRow, true);
    },
    moveExitTo(...moved) {
      table.moveExitTo(...moved);
      sources.clear();
    },
    /** Called after writing such an exit. */
    inserted: (sourceKey) => void sources.delete(sourceKey),
    forget(): void {
      sources.clear();
      tasks.clear();
    },
  };
}
