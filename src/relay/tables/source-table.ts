import type Database from 'better-sqlite3';
import type { ExitWithoutTaskId } from '../relay-task.ts';
import { compareOrder, type OrderPoint, type RelayTimes } from '../relay-runs.ts';

/** The projector's statements for what a task named and did at a moment of its order. */
export function prepareRelaySources(db: Database.Database) {
  const ofKind = <Parameters extends unknown[], Row>(kinds: readonly string[], sql: (kind: string) => string) =>
    kinds.map((kind) => db.prepare<Parameters, Row>(sql(kind)));
  const every = ['BOUNDARY', 'SIGN', 'OTHER'];
  const ordered = ['BOUNDARY', 'SIGN'];

  const namedBefore = ofKind<[number, number], NamedColumns>(
    every,
    (kind) =>
      `SELECT named_source, at, ${arrivedAt} AS arrived_at, identity FROM callbacks
       WHERE ${own(kind)} AND at <= ? AND named_source IS NOT NULL
       ORDER BY at DESC, arrived_at DESC, identity DESC LIMIT 1`,
  );
  const namedBetween = ofKind<[number, number, number], Pick<NamedColumns, 'named_source'>>(
    every,
    (kind) =>
      `SELECT DISTINCT named_source FROM callbacks
       WHERE ${own(kind)} AND at >= ? AND at <= ? AND named_source IS NOT NULL`,
  );
  const anyTimed = ofKind<[number], unknown>(
    ordered,
    (kind) => `SELECT 1 FROM callbacks WHERE ${own(kind)} AND at > 0 LIMIT 1`,
  );
  const lastBefore = ofKind<[number, number, number, number], TimesColumns>(
    ordered,
    (kind) =>
      `SELECT at, occurred_at, received_at FROM callbacks WHERE ${own(kind)} AND at <= ?
         AND ((occurred_at IS NOT NULL AND ?) OR received_at <= ?) ORDER BY at DESC LIMIT 1`,
  );
  // Only a task with an open run, or with a boundary from then on, can have had an open run then. This does not compare
  // clocks.
  const ofSource = db
    .prepare<[string, number, number], number>(
      `SELECT task_row FROM relay_task_source_keys AS source JOIN relay_tasks AS task ON task.id = source.task_row
       WHERE source.source_key = ?
         AND (is_open OR last_boundary_at >= ? OR (last_boundary_at < 0) <> (? < 0)) ORDER BY task_row`,
    )
    .pluck();
  const putSource = db.prepare<[string, number]>(
    'INSERT OR IGNORE INTO relay_task_source_keys (source_key, task_row) VALUES (?, ?)',
  );

  const sourceAt = (taskRow: number, atMs: number): NewestSource | null =>
    newest(namedBefore.flatMap((statement) => statement.get(taskRow, atMs) ?? []));

  return {
    ...prepareBoundaryLookups(db),
    tasksOfSource: (sourceKey: string, atMs: number): number[] => ofSource.all(sourceKey, atMs, atMs),
    putSourceOfTask: (sourceKey: string, taskRow: number) => void putSource.run(sourceKey, taskRow),
    newestSource: (taskRow: number) => sourceAt(taskRow, Number.MAX_SAFE_INTEGER),
    sourceOf: (taskRow: number, atMs: number, orAt: boolean): string | null =>
      sourceAt(taskRow, orAt ? atMs : atMs - 1)?.sourceKey ?? null,
    sourcesBetween(taskRow: number, fromMs: number, toMs: number): string[] {
      const found = namedBetween.flatMap((statement) => statement.all(taskRow, fromMs, toMs));
      return [...new Set(found.map(({ named_source }) => named_source))];
    },
    hasTimes: (taskRow: number): boolean => anyTimed.some((statement) => statement.get(taskRow) !== undefined),
    lastBefore(taskRow: number, atMs: number, { occurredAtMs, receivedAtMs }: RelayTimes): RelayTimes | null {
      const isTimed = Number(occurredAtMs !== null);
      const found = lastBefore.flatMap((statement) => statement.get(taskRow, atMs, isTimed, receivedAtMs) ?? []);
      const [one, other] = found;
      const last = one !== undefined && other !== undefined && other.at >= one.at ? other : (one ?? other);
      return last === undefined ? null : { occurredAtMs: last.occurred_at, receivedAtMs: last.received_at };
    },
  };
}

function prepareBoundaryLookups(db: Database.Database) {
  const start = db.prepare<[number, number, number]>(
    `SELECT 1 FROM callbacks WHERE ${own('BOUNDARY')} AND at >= ? AND at <= ? AND callback_event = 'TaskStart' LIMIT 1`,
  );
  const startBefore = db
    .prepare<[number, number], number>(
      `SELECT at FROM callbacks WHERE ${own('BOUNDARY')} AND at < ? AND callback_event = 'TaskStart' ORDER BY at DESC LIMIT 1`,
    )
    .pluck();
  const taken = db.prepare<[number, number, number, Uint8Array, bigint]>(
    `SELECT 1 FROM callbacks WHERE task_row = ? AND relay_kind = 'BOUNDARY' AND at = ?
       AND attribution = 'BY_SOURCE_URLS' AND (source_at, identity, position) < (?, ?, ?) LIMIT 1`,
  );

  return {
    hasStart: (taskRow: number, fromMs: number, toMs: number): boolean =>
      start.get(taskRow, fromMs, toMs) !== undefined,
    lastStartBefore: (taskRow: number, atMs: number): number | null => startBefore.get(taskRow, atMs) ?? null,
    isTakenByEarlier: (taskRow: number, atMs: number, exit: ExitWithoutTaskId): boolean =>
      taken.get(taskRow, atMs, exit.atMs, Buffer.from(exit.digest, 'hex'), exit.position) !== undefined,
  };
}

/** As in `OrderPoint`. */
const arrivedAt = 'CASE WHEN occurred_at IS NULL THEN received_at END';

const own = (kind: string) => `task_row = ? AND relay_kind = '${kind}' AND attribution = 'BY_TASK_ID'`;

interface NamedColumns {
  readonly named_source: string;
  readonly at: number;
  readonly arrived_at: number | null;
  readonly identity: Buffer;
}

interface TimesColumns {
  readonly at: number;
  readonly occurred_at: number | null;
  readonly received_at: number;
}

/** The source that a task named last in its order, and the callback that named it. */
interface NewestSource {
  readonly sourceKey: string;
  readonly at: OrderPoint;
  readonly identity: Uint8Array;
}

/** Below 0: `one` was named before `other`. */
function compareSources(one: NewestSource, other: NewestSource): number {
  return compareOrder(one.at, other.at) || Buffer.compare(one.identity, other.identity);
}

function newest(found: readonly NamedColumns[]): NewestSource | null {
  const sources = found.map(({ named_source, at, arrived_at, identity }) => {
    return { sourceKey: named_source, at: { atMs: at, arrivedAtMs: arrived_at }, identity };
  });
  return sources.sort(compareSources).at(-1) ?? null;
}

/** Whether it is the only source that its task named at its moment; false if that is not known. */
type CachedSource = NewestSource & { readonly isAlone: boolean };

type SourceTable = Pick<ReturnType<typeof prepareRelaySources>, 'sourceOf' | 'sourcesBetween' | 'newestSource'>;

/**
 * The newest source that each task named, within one transaction: each callback of a task needs the source in force, and callbacks in order
 * need no other. The file answers late callbacks.
 */
export function createSourceCache(table: SourceTable) {
  const tasks = new Map<number, CachedSource | null>();

  function newestOf(taskRow: number): CachedSource | null {
    const known = tasks.get(taskRow);
    if (known !== undefined) return known;
    const stored = table.newestSource(taskRow);
    const newest = stored === null ? null : { ...stored, isAlone: false };
    tasks.set(taskRow, newest);
    return newest;
  }

  return {
    sourceOf: (taskRow: number, atMs: number, orAt: boolean): string | null => {
      const newest = newestOf(taskRow);
      if (newest === null) return null;
      if (newest.at.atMs < atMs || (orAt && newest.at.atMs === atMs)) return newest.sourceKey;
      return table.sourceOf(taskRow, atMs, orAt);
    },
    sourcesBetween: (taskRow: number, fromMs: number, toMs: number): string[] => {
      const newest = newestOf(taskRow);
      if (newest === null || newest.at.atMs < fromMs) return [];
      return newest.at.atMs === fromMs && newest.isAlone
        ? [newest.sourceKey]
        : table.sourcesBetween(taskRow, fromMs, toMs);
    },
    /** Called after writing a callback that names a task and a source. */
    named(taskRow: number, source: NewestSource): void {
      const newest = tasks.get(taskRow);
      if (newest === undefined) return;
      const isAlone = newest?.at.atMs !== source.at.atMs;
      if (newest === null || compareSources(source, newest) > 0) tasks.set(taskRow, { ...source, isAlone });
      else if (!isAlone) tasks.set(taskRow, { ...newest, isAlone });
    },
    /** Called also when callbacks that name their task may have moved in its order. */
    forget(): void {
      tasks.clear();
    },
  };
}
