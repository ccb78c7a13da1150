import type { RelayExit } from './relay-callback.ts';

/** When a relay callback happened and when it arrived: milliseconds since 1970, by CSS's clock and by ours. */
export interface RelayTimes {
  readonly occurredAtMs: number | null;
  readonly receivedAtMs: number;
}

/** Milliseconds, more than any time since 1970. It puts order times that come from our clock alone below 0. */
const ourTimesOffsetMs = 300_000_000_000_000;

/**
 * A callback's time in the order of its task, without comparing CSS's clock with ours. A callback that carries a time
 * is ordered by it. One without a time comes after everything of its task that had arrived by then: it gets the
 * greatest order time of that (`arrivedBeforeMs`; null: nothing had arrived), or one millisecond more if it begins or
 * ends a run. If none of that carries a time either, our clock decides, and all of it sorts before CSS's times.
 */
export function orderTimeOf(
  { occurredAtMs, receivedAtMs }: RelayTimes,
  arrivedBeforeMs: number | null,
  isActivity: boolean,
): number {
  if (occurredAtMs !== null) return occurredAtMs;
  if (arrivedBeforeMs === null || arrivedBeforeMs < 0) return receivedAtMs - ourTimesOffsetMs;
  return isActivity ? arrivedBeforeMs : arrivedBeforeMs + 1;
}

/**
 * Where a callback is in the order of its task: by order time. At the same order time, callbacks that carry a time come
 * first, and the others follow as they arrived.
 */
export interface OrderPoint {
  readonly atMs: number;
  /** By our clock; null if the callback carries a time. */
  readonly arrivedAtMs: number | null;
}

/** The point of a callback with this order time. */
export function orderPointOf(atMs: number, { occurredAtMs, receivedAtMs }: RelayTimes): OrderPoint {
  return { atMs, arrivedAtMs: occurredAtMs === null ? receivedAtMs : null };
}

/** Below 0: `one` comes before `other`. */
export function compareOrder(one: OrderPoint, other: OrderPoint): number {
  return one.atMs - other.atMs || (one.arrivedAtMs ?? 0) - (other.arrivedAtMs ?? 0);
}

/** The time to show: CSS's clock if the callback carries a time, which is then its order time, otherwise ours. */
export function shownTimeAt({ atMs, arrivedAtMs }: OrderPoint): number {
  return arrivedAtMs ?? atMs;
}

/** What orders an exit that does not name its task. */
export interface OrderOfTask {
  /** Whether any callback that names the task carries a time. */
  hasTimes(): boolean;
  /** The greatest order time among callbacks of the task that had arrived by `receivedAtMs`; null: none had. */
  arrivedBefore(receivedAtMs: number): number | null;
}

/** An exit's order time in a task that it does not name. */
export function orderTimeOfExit(exit: RelayTimes, task: OrderOfTask): number {
  if (exit.occurredAtMs === null) return orderTimeOf(exit, task.arrivedBefore(exit.receivedAtMs), false);
  // A task that never gave a time is ordered by arrival alone.
  return task.hasTimes() ? exit.occurredAtMs : orderTimeOf({ ...exit, occurredAtMs: null }, null, false);
}

/** The time to show: CSS's clock if it is known, otherwise ours. */
export function shownTimeOf({ occurredAtMs, receivedAtMs }: RelayTimes): number {
  return occurredAtMs ?? receivedAtMs;
}

/** Milliseconds between two callbacks: by CSS's clock if both carry a time, otherwise by arrival. */
export function elapsedMs(from: RelayTimes, to: RelayTimes): number {
  if (from.occurredAtMs !== null && to.occurredAtMs !== null) return to.occurredAtMs - from.occurredAtMs;
  return to.receivedAtMs - from.receivedAtMs;
}

/** Why a callback belongs to its task: it names the task, or its source URLs match only this task. */
export type Attribution = 'BY_TASK_ID' | 'BY_SOURCE_URLS';

/** A callback that begins or ends a run, at its position in the order of the task. */
export type RunBoundary = RelayTimes & {
  /** Its order time: see `orderTimeOf`. */
  readonly atMs: number;
  /** Breaks ties between callbacks of the same moment. */
  readonly digest: string;
  readonly position: bigint;
} & (
    { readonly kind: 'START' } | { readonly kind: 'EXIT'; readonly exit: RelayExit; readonly attribution: Attribution }
  );

/** Identifies a run within its task; `nth` counts the runs that began at the same moment, from 0. */
export interface RunKey {
  /** Order time of the callback that opened it. Files and alarms from here until the next run belong to this run. */
  readonly openedAtMs: number;
  readonly nth: number;
}

/** One run of a task: from a TaskStart, or the first callback seen of the run, to its exit. */
export interface RelayRun extends RunKey {
  /** The kind of callback that opened it: a TaskStart, a TaskExit, or a file or an alarm. */
  readonly openedBy: 'START' | 'EXIT' | 'SIGN_OF_LIFE';
  /** When that callback happened and arrived. */
  readonly opened: RelayTimes;
  /** Order time of its TaskStart; null if there is none. */
  readonly startAtMs: number | null;
  /** CSS's clock; null if unknown. */
  readonly startedAtMs: number | null;
  /** When its TaskStart arrived; null if there is none. */
  readonly startReceivedAtMs: number | null;
  readonly exit: RunExit | null;
}

/** The callback that ended a run. */
interface RunExit extends RelayExit {
  /** Its order time. */
  readonly atMs: number;
  readonly exitedAtMs: number | null;
  readonly receivedAtMs: number;
  readonly attribution: Attribution;
}

/** The first file or alarm of a task, at its order time. */
export interface FirstActivity extends RelayTimes {
  readonly atMs: number;
}

/** Milliseconds by which the first activity of a run may precede its TaskStart, because callbacks overtake each other. */
export const startAfterActivityMs = 60_000;

/**
 * Folds the boundaries of one moment into the runs of a task. The moment must be later than everything folded so far.
 * Calls `onFolded` for each boundary, with the run that it changed or opened.
 */
export function foldMoment(
  runs: RelayRun[],
  moment: readonly RunBoundary[],
  firstActivity: FirstActivity | null,
  onFolded: (boundary: RunBoundary, run: RelayRun) => void = () => undefined,
): void {
  const atMs = moment[0]?.atMs ?? 0;
  if (runs.length === 0 && firstActivity !== null && atMs > firstActivity.atMs) {
    runs.push(openedByActivity(firstActivity));
  }
  for (const boundary of orderWithinMoment(moment, isOpen(runs.at(-1) ?? null))) {
    const newest = runs.at(-1) ?? null;
    const run = withBoundary(newest, boundary);
    if (newest !== null && isSameKey(run, newest)) runs[runs.length - 1] = run;
    else runs.push(run);
    onFolded(boundary, run);
  }
}

/**
 * A run as it was before a moment: without the exit and the TaskStart that came at that moment or later. It must have
 * begun before the moment.
 */
export function asOf(run: RelayRun, momentMs: number): RelayRun {
  const exit = run.exit !== null && run.exit.atMs >= momentMs ? null : run.exit;
  if (run.startAtMs === null || run.startAtMs < momentMs) return { ...run, exit };
  const { openedAtMs, nth, opened } = run;
  return { ...openedByActivity({ atMs: openedAtMs, ...opened }), nth, exit };
}

/** The run that a boundary changes or opens. The boundary must be later than everything folded so far. */
export function withBoundary(newest: RelayRun | null, boundary: RunBoundary): RelayRun {
  if (boundary.kind === 'START') return withStart(newest, boundary);
  const exit: RunExit = {
    ...boundary.exit,
    atMs: boundary.atMs,
    exitedAtMs: boundary.occurredAtMs,
    receivedAtMs: boundary.receivedAtMs,
    attribution: boundary.attribution,
  };
  if (newest?.exit === null) return { ...newest, exit };
  return { ...unstarted(newest, 'EXIT', boundary), exit };
}

/** The first run of a task whose first callback is a file or an alarm. */
export function openedByActivity(activity: FirstActivity): RelayRun {
  return unstarted(null, 'SIGN_OF_LIFE', activity);
}

/** Whether a file or an alarm opened the run, even if a TaskStart arrived for it later. */
export function isOpenedByActivity({ openedBy, startAtMs, openedAtMs }: RelayRun): boolean {
  return openedBy === 'SIGN_OF_LIFE' || (openedBy === 'START' && startAtMs !== openedAtMs);
}

/** Whether both keys identify the same run of a task. */
export function isSameKey(one: RunKey, other: RunKey): boolean {
  return one.openedAtMs === other.openedAtMs && one.nth === other.nth;
}

/** Whether two states of a run are equal in every field. */
export function isSameRun(one: RelayRun, other: RelayRun): boolean {
  return isSameKey(one, other) && JSON.stringify(comparedFields(one)) === JSON.stringify(comparedFields(other));
}

function comparedFields({ openedBy, opened, startAtMs, startedAtMs, startReceivedAtMs, exit }: RelayRun): unknown[] {
  const { occurredAtMs, receivedAtMs } = opened;
  const ofExit = exit && [exit.atMs, exit.exitedAtMs, exit.receivedAtMs, exit.attribution];
  const said = exit && [exit.code, exit.codeText, exit.message];
  return [openedBy, occurredAtMs, receivedAtMs, startAtMs, startedAtMs, startReceivedAtMs, ofExit, said];
}

/** False also if there is no run. */
export function isOpen(run: RelayRun | null): boolean {
  return run?.exit === null;
}

function withStart(newest: RelayRun | null, boundary: RunBoundary): RelayRun {
  const { atMs, occurredAtMs, receivedAtMs } = boundary;
  const started = {
    openedBy: 'START',
    startAtMs: atMs,
    startedAtMs: occurredAtMs,
    startReceivedAtMs: receivedAtMs,
  } as const;
  const isItsStart =
    newest?.openedBy === 'SIGN_OF_LIFE' &&
    newest.exit === null &&
    elapsedMs(newest.opened, boundary) <= startAfterActivityMs;
  return isItsStart ? { ...newest, ...started } : { ...unstarted(newest, 'START', boundary), ...started };
}

function unstarted(
  newest: RelayRun | null,
  openedBy: RelayRun['openedBy'],
  { atMs, occurredAtMs, receivedAtMs }: FirstActivity,
): RelayRun {
  return {
    openedAtMs: atMs,
    nth: newest?.openedAtMs === atMs ? newest.nth + 1 : 0,
    openedBy,
    opened: { occurredAtMs, receivedAtMs },
    startAtMs: null,
    startedAtMs: null,
    startReceivedAtMs: null,
    exit: null,
  };
}

/** Groups boundaries of the same moment, in the order of time. */
export function momentsOf(boundaries: readonly RunBoundary[]): RunBoundary[][] {
  const moments: RunBoundary[][] = [];
  for (const boundary of [...boundaries].sort((one, other) => one.atMs - other.atMs)) {
    const moment = moments.at(-1);
    if (moment?.[0]?.atMs === boundary.atMs) moment.push(boundary);
    else moments.push([boundary]);
  }
  return moments;
}

/**
 * Times in whole seconds put an exit and a start at the same moment. If a run is open, the exit comes first and the
 * start opens the next run. If none is open, the start comes first and the exit ends the run that it opened.
 */
export function orderWithinMoment(group: readonly RunBoundary[], runIsOpen: boolean): RunBoundary[] {
  const firstKind = runIsOpen ? 'EXIT' : 'START';
  return [...group].sort((one, other) => {
    if (one.kind !== other.kind) return one.kind === firstKind ? -1 : 1;
    if (one.digest !== other.digest) return one.digest < other.digest ? -1 : 1;
    return one.position < other.position ? -1 : 1;
  });
}
