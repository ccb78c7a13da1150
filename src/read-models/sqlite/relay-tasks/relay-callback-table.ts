import type Database from 'better-sqlite3';
import type { ExitWithoutTaskId } from '../../../domain/relay-task/relay-attribution.ts';
import type { RelayEvent } from '../../../domain/relay-task/relay-callback.ts';
import type { Attribution, RunBoundary } from '../../../domain/relay-task/relay-runs.ts';
import type { ActivityPosition, StoredActivity } from '../../relay-tasks.ts';

/** The projector's statements for relay callbacks, from which tasks are folded again. */
export function prepareRelayCallbacks(db: Database.Database) {
  const boundaries = (where: string) =>
    db.prepare<[number | string, number], BoundaryColumns>(
      `SELECT position, identity, at, occurred_at, received_at, relay_event, attribution, task_row
       FROM callbacks WHERE ${where} AND at >= ? ORDER BY at, position`,
    );
  const number = <Parameters extends unknown[]>(sql: string) => db.prepare<Parameters, number | null>(sql).pluck();
  const boundariesFrom = boundaries(`task_row = ? AND relay_kind = 'BOUNDARY'`);
  const exitsFrom = boundaries('source_key = ?');
  const lastBoundary = number<[number]>(`SELECT max(at) FROM callbacks WHERE task_row = ? AND relay_kind = 'BOUNDARY'`);
  const firstActivity = number<[number]>(`SELECT min(at) FROM callbacks WHERE task_row = ? AND relay_kind = 'SIGN'`);
  const lastExit = number<[string, bigint]>(
    'SELECT at FROM callbacks WHERE source_key = ? AND position <> ? ORDER BY at DESC LIMIT 1',
  );
  const activityFrom = db.prepare<[number, number, bigint, number], ActivityColumns>(
    `SELECT position, identity, at, relay_event FROM callbacks
     WHERE task_row = ? AND relay_kind = 'SIGN' AND (at, position) > (?, ?) ORDER BY at, position LIMIT ?`,
  );
  const attribute = db.prepare<[number | null, string | null, bigint]>(
    'UPDATE callbacks SET task_row = ?, attribution = ? WHERE position = ?',
  );

  return {
    boundariesFrom: (taskRow: number, atMs: number) => boundariesFrom.all(taskRow, atMs).flatMap(toBoundary),
    lastBoundaryAtMs: (taskRow: number) => lastBoundary.get(taskRow) ?? null,
    firstActivityAtMs: (taskRow: number) => firstActivity.get(taskRow) ?? null,
    activityFrom: (taskRow: number, atMs: number, after: ActivityPosition | null, rowsMax: number) =>
      activityFrom.all(taskRow, after?.atMs ?? atMs, after?.position ?? 0n, rowsMax).map(toStoredActivity),
    exitsWithoutTaskIdFrom: (sourceKey: string, atMs: number) =>
      exitsFrom
        .all(sourceKey, atMs)
        .flatMap((columns) =>
          toBoundary(columns).flatMap((boundary) =>
            boundary.kind === 'EXIT' ? [{ exit: boundary satisfies ExitWithoutTaskId, taskRow: columns.task_row }] : [],
          ),
        ),
    lastExitWithoutTaskIdAtMs: (sourceKey: string, exceptPosition: bigint | null) =>
      lastExit.get(sourceKey, exceptPosition ?? -1n) ?? null,
    attribute(callbackPosition: bigint, taskRow: number | null): void {
      const attribution: Attribution | null = taskRow === null ? null : 'BY_SOURCE_URLS';
      attribute.run(taskRow, attribution, callbackPosition);
    },
  };
}

interface ActivityColumns {
  readonly position: number;
  readonly identity: Buffer;
  readonly at: number;
  readonly relay_event: string;
}

interface BoundaryColumns extends ActivityColumns {
  readonly occurred_at: number | null;
  readonly received_at: number;
  readonly attribution: Attribution | null;
  readonly task_row: number | null;
}

function toBoundary(columns: BoundaryColumns): RunBoundary[] {
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

function toStoredActivity({ position, identity, at, relay_event }: ActivityColumns): StoredActivity {
  const event = JSON.parse(relay_event) as Extract<RelayEvent, { type: 'FILE_START' | 'FILE_FINISH' | 'ALARM' }>;
  const activityPosition = { atMs: at, position: BigInt(position) };
  if (event.type === 'ALARM') return { at: activityPosition, activity: { atMs: at, ...event } };
  return { at: activityPosition, activity: { atMs: at, digest: identity.toString('hex'), ...event } };
}
