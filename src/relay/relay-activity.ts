import type { SourceFileNaming } from './relay-callback.ts';

/**
 * A source file in one run, over all its plays. It keeps maxima and counts, so the order of callbacks does not matter.
 * A loop is one row.
 */
export interface RelayFile {
  /** The file's index, or its URL if it has none: what the start and the finish of one file share. */
  readonly key: string;
  readonly naming: SourceFileNaming;
  /** The callback that set the naming: the one with the greatest (atMs, digest). */
  readonly namedAtMs: number;
  readonly namedBy: string;
  /** The newest callback that gives a duration; the naming has that duration. Null: no callback has given one. */
  readonly durationAtMs: number | null;
  readonly durationBy: string | null;
  readonly starts: number;
  readonly finishes: number;
  /** Times of the newest start and finish: CSS's clock, or ours if the callback carries no time. */
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

/** The start or finish of a source file, at its position in the order of its task. */
export interface FileActivity {
  readonly type: 'FILE_START' | 'FILE_FINISH';
  readonly file: SourceFileNaming;
  readonly atMs: number;
  readonly digest: string;
}

/** The key that pairs the callbacks of one file. */
export function fileKeyOf({ index, url }: SourceFileNaming): string {
  return index === null ? `url ${url ?? ''}` : `index ${index}`;
}

/** Folds the start or finish of a file into its row. `null`: the run's first callback of this file. */
export function withFileActivity(
  file: RelayFile | null,
  { type, file: naming, atMs, digest }: FileActivity,
): RelayFile {
  const before = file ?? {
    key: fileKeyOf(naming),
    naming,
    namedAtMs: atMs,
    namedBy: digest,
    durationAtMs: null,
    durationBy: null,
    starts: 0,
    finishes: 0,
    startedAtMs: null,
    finishedAtMs: null,
  };
  const isNewer = atMs > before.namedAtMs || (atMs === before.namedAtMs && digest >= before.namedBy);
  const renamed = isNewer ? { ...before, naming, namedAtMs: atMs, namedBy: digest } : before;
  const named = { ...renamed, ...durationOf(before, renamed, { file: naming, atMs, digest }) };
  return type === 'FILE_START'
    ? { ...named, starts: named.starts + 1, startedAtMs: Math.max(named.startedAtMs ?? atMs, atMs) }
    : { ...named, finishes: named.finishes + 1, finishedAtMs: Math.max(named.finishedAtMs ?? atMs, atMs) };
}

/** CSS omits the duration, or writes 0, when it does not know it. A duration from another callback stays known. */
function durationOf(
  before: RelayFile,
  { naming }: RelayFile,
  { file, atMs, digest }: Omit<FileActivity, 'type'>,
): Partial<RelayFile> {
  const { durationAtMs, durationBy } = before;
  const isNewer =
    durationAtMs === null || atMs > durationAtMs || (atMs === durationAtMs && digest >= (durationBy ?? ''));
  if (isNewer && file.durationSeconds !== null && file.durationSeconds > 0) {
    return {
      naming: { ...naming, durationSeconds: file.durationSeconds },
      durationAtMs: atMs,
      durationBy: digest,
    };
  }
  if (durationAtMs === null) return {};
  return { naming: { ...naming, durationSeconds: before.naming.durationSeconds }, durationAtMs, durationBy };
}

/** How often the file was played, as far as is known: callbacks of either kind may be lost. */
export function timesPlayed({ starts, finishes }: RelayFile): number {
  return Math.max(starts, finishes);
}

/** Whether the newest play has not finished. Within the same second the counts decide. */
export function isPlaying({ starts, finishes, startedAtMs, finishedAtMs }: RelayFile): boolean {
  if (startedAtMs === null) return false;
  if (finishedAtMs === null || startedAtMs > finishedAtMs) return true;
  return startedAtMs === finishedAtMs && starts > finishes;
}

/** All alarms of one kind in one run. */
export interface RelayAlarm {
  readonly type: string;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly times: number;
}

/** Folds an alarm into its row. `null`: the run's first alarm of this kind. */
export function withAlarmActivity(alarm: RelayAlarm | null, type: string, atMs: number): RelayAlarm {
  return {
    type,
    firstAtMs: Math.min(alarm?.firstAtMs ?? atMs, atMs),
    lastAtMs: Math.max(alarm?.lastAtMs ?? atMs, atMs),
    times: (alarm?.times ?? 0) + 1,
  };
}
