import type { SourceFileNaming } from './relay-callback.ts';
import { compareOrder, type OrderPoint } from './relay-runs.ts';

/**
 * A source file in one run, over all its plays. It keeps what comes last in the order of the task, and counts, so the
 * order in which callbacks are folded does not matter. A loop is one row.
 */
export interface RelayFile {
  /** The file's index, or its URL if it has none: what the start and the finish of one file share. */
  readonly key: string;
  readonly naming: SourceFileNaming;
  /** The callback that set the naming: the last one, and of several at the same point the one with the greatest digest. */
  readonly namedAt: OrderPoint;
  readonly namedBy: string;
  /** The last callback that gives a duration; the naming has that duration. Null: no callback has given one. */
  readonly durationAt: OrderPoint | null;
  readonly durationBy: string | null;
  readonly starts: number;
  readonly finishes: number;
  /** The last start and the last finish. */
  readonly startedAt: OrderPoint | null;
  readonly finishedAt: OrderPoint | null;
}

/** The start or finish of a source file, in the order of its task. */
export interface FileActivity {
  readonly type: 'FILE_START' | 'FILE_FINISH';
  readonly file: SourceFileNaming;
  readonly at: OrderPoint;
  readonly digest: string;
}

/** The key that pairs the callbacks of one file. */
export function fileKeyOf({ index, url }: SourceFileNaming): string {
  return index === null ? `url ${url ?? ''}` : `index ${index}`;
}

/** Folds the start or finish of a file into its row. `null`: the run's first callback of this file. */
export function withFileActivity(file: RelayFile | null, { type, file: naming, at, digest }: FileActivity): RelayFile {
  const before = file ?? {
    key: fileKeyOf(naming),
    naming,
    namedAt: at,
    namedBy: digest,
    durationAt: null,
    durationBy: null,
    starts: 0,
    finishes: 0,
    startedAt: null,
    finishedAt: null,
  };
  const isLast = isAfter({ at, digest }, before.namedAt, before.namedBy);
  const renamed = isLast ? { ...before, naming, namedAt: at, namedBy: digest } : before;
  const named = { ...renamed, ...durationOf(before, renamed, { file: naming, at, digest }) };
  return type === 'FILE_START'
    ? { ...named, starts: named.starts + 1, startedAt: lastOf(named.startedAt, at) }
    : { ...named, finishes: named.finishes + 1, finishedAt: lastOf(named.finishedAt, at) };
}

function isAfter({ at, digest }: Pick<FileActivity, 'at' | 'digest'>, point: OrderPoint, by: string): boolean {
  const order = compareOrder(at, point);
  return order > 0 || (order === 0 && digest >= by);
}

function lastOf(point: OrderPoint | null, other: OrderPoint): OrderPoint {
  return point !== null && compareOrder(point, other) > 0 ? point : other;
}

/** CSS omits the duration, or writes 0, when it does not know it. A duration from another callback stays known. */
function durationOf(
  before: RelayFile,
  { naming }: RelayFile,
  { file, at, digest }: Omit<FileActivity, 'type'>,
): Partial<RelayFile> {
  const { durationAt, durationBy } = before;
  const isLast = durationAt === null || isAfter({ at, digest }, durationAt, durationBy ?? '');
  if (isLast && file.durationSeconds !== null && file.durationSeconds > 0) {
    return {
      naming: { ...naming, durationSeconds: file.durationSeconds },
      durationAt: at,
      durationBy: digest,
    };
  }
  if (durationAt === null) return {};
  return { naming: { ...naming, durationSeconds: before.naming.durationSeconds }, durationAt, durationBy };
}

/** How often the file was played, as far as is known: callbacks of either kind may be lost. */
export function timesPlayed({ starts, finishes }: RelayFile): number {
  return Math.max(starts, finishes);
}

/** Whether the last play has not finished. At the same point, such as the same second, the counts decide. */
export function isPlaying({ starts, finishes, startedAt, finishedAt }: RelayFile): boolean {
  if (startedAt === null) return false;
  if (finishedAt === null) return true;
  const order = compareOrder(startedAt, finishedAt);
  return order > 0 || (order === 0 && starts > finishes);
}

/** All alarms of one kind in one run. */
export interface RelayAlarm {
  readonly type: string;
  /** The first and the last one in the order of the task. */
  readonly firstAt: OrderPoint;
  readonly lastAt: OrderPoint;
  readonly times: number;
}

/** Folds an alarm into its row. `null`: the run's first alarm of this kind. */
export function withAlarmActivity(alarm: RelayAlarm | null, type: string, at: OrderPoint): RelayAlarm {
  const isFirst = alarm === null || compareOrder(at, alarm.firstAt) < 0;
  return {
    type,
    firstAt: isFirst ? at : alarm.firstAt,
    lastAt: lastOf(alarm?.lastAt ?? null, at),
    times: (alarm?.times ?? 0) + 1,
  };
}
