import type Database from 'better-sqlite3';
import type { RelayEvent } from '../relay-callback.ts';
import type { Attribution, FirstActivity, RunBoundary } from '../relay-runs.ts';
import type { ActivityPosition, MomentRange, StoredActivity } from '../relay-task-rows.ts';

/** The projector's statements for relay callbacks, from which tasks are refolded. */
export function prepareRelayCallbacks(db: Database.Database) {
  const boundaries = <Parameters extends unknown[]>(where: string) =>
    db.prepare<Parameters, BoundaryColumns>(
      `SELECT position, identity, at, occurred_at, received_at, relay_event, attribution, task_row
       FROM callbacks WHERE ${where} ORDER BY at, position`,
    );
  const number = <Parameters extends unknown[]>(sql: string) => db.prepare<Parameters, number | null>(sql).pluck();
  const ofTask = `task_row = ? AND relay_kind = 'BOUNDARY'`;
  const momentAfter = number<[number, number, number]>(
    `SELECT at FROM callbacks WHERE ${ofTask} AND at >= ? ORDER BY at LIMIT 1 OFFSET ?`,
  );
  const boundariesFrom = boundaries<[number, number, number]>(`${ofTask} AND at >= ? AND at <= ?`);
  const lastBoundary = number<[number]>(`SELECT max(at) FROM callbacks WHERE task_row = ? AND relay_kind = 'BOUNDARY'`);
  // Within a moment, callbacks without a time arrived after one that carries it.
  const firstActivity = db.prepare<[number, number], Pick<BoundaryColumns, 'at' | 'occurred_at' | 'received_at'>>(
    `SELECT at, max(occurred_at) AS occurred_at, min(received_at) AS received_at FROM callbacks
     WHERE task_row = ? AND relay_kind = 'SIGN' AND at =
       (SELECT at FROM callbacks WHERE task_row = ? AND relay_kind = 'SIGN' ORDER BY at LIMIT 1)
     GROUP BY at`,
  );
  const lastActivity = number<[number]>(`SELECT max(at) FROM callbacks WHERE task_row = ? AND relay_kind = 'SIGN'`);
  const activityBetween = db.prepare<[number, number, bigint, number, number], ActivityColumns>(
    `SELECT position, identity, at, occurred_at, received_at, relay_event FROM callbacks
     WHERE task_row = ? AND relay_kind = 'SIGN' AND (at, position) > (?, ?) AND at < ? ORDER BY at, position LIMIT +?`,
  );
  return {
    boundariesFrom(taskRow: number, atMs: number, rowsMax: number) {
      const lastMs = momentAfter.get(taskRow, atMs, rowsMax - 1) ?? Number.MAX_SAFE_INTEGER;
      return boundariesFrom.all(taskRow, atMs, lastMs).flatMap(toBoundary);
    },
    lastBoundaryAtMs: (taskRow: number) => lastBoundary.get(taskRow) ?? null,
    firstActivity(taskRow: number): FirstActivity | null {
      const columns = firstActivity.get(taskRow, taskRow);
      if (columns === undefined) return null;
      return { atMs: columns.at, occurredAtMs: columns.occurred_at, receivedAtMs: columns.received_at };
    },
    lastActivityAtMs: (taskRow: number) => lastActivity.get(taskRow) ?? null,
    activityBetween(taskRow: number, range: MomentRange, after: ActivityPosition | null, rowsMax: number) {
      const { atMs, position } = after ?? { atMs: range.fromMs, position: 0n };
      return activityBetween.all(taskRow, atMs, position, range.untilMs, rowsMax).map(toStoredActivity);
    },
  };
}

/** The columns read of a file event or an alarm. */
export interface ActivityColumns {
  readonly position: number;
  readonly identity: Buffer;
  readonly at: number;
  readonly occurred_at: number | null;
  readonly received_at: number;
  readonly relay_event: string;
}

export interface BoundaryColumns extends ActivityColumns {
  readonly attribution: Attribution | null;
  readonly task_row: number | null;
}

export function toBoundary(columns: BoundaryColumns): RunBoundary[] {
  const event = JSON.parse(columns.relay_event) as RelayEvent;
  const boundary = {
    atMs: columns.at,
    occurredAtMs: columns.occurred_at,
    receivedAtMs: columns.received_at,
    digest: columns.identity.toString('hex'),
    position: BigInt(columns.position),
  };
  if (event.type === 'TASK_START') return [{ kind: 'START', ...boundary }];
  if (event.type !== 'TASK_EXIT') return [];
  return [{ kind: 'EXIT', ...boundary, exit: event.exit, attribution: columns.attribution ?? 'BY_SOURCE_URLS' }];
}

/** A file event or an alarm in the form in which it is folded. */
export function toStoredActivity(columns: ActivityColumns): StoredActivity {
  const { position, identity, at, relay_event } = columns;
  const event = JSON.parse(relay_event) as Extract<RelayEvent, { type: 'FILE_START' | 'FILE_FINISH' | 'ALARM' }>;
  const activityPosition = { atMs: at, position: BigInt(position) };
  const atMs = columns.occurred_at ?? columns.received_at;
  if (event.type === 'ALARM') return { at: activityPosition, activity: { atMs, ...event } };
  return { at: activityPosition, activity: { atMs, digest: identity.toString('hex'), ...event } };
}
