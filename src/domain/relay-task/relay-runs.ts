import type { RelayExit } from './relay-callback.ts';

/** Why a callback belongs to its task: it names the task, or its source URLs match only this task. */
export const attributions = ['BY_TASK_ID', 'BY_SOURCE_URLS'] as const;
export type Attribution = (typeof attributions)[number];

/** A callback that begins or ends a run, at its position in the order of the task. */
export type RunBoundary = {
  /** What boundaries are ordered by: CSS's clock, or ours if the callback carries no time. */
  readonly atMs: number;
  /** CSS's clock alone. */
  readonly occurredAtMs: number | null;
  readonly receivedAtMs: number;
  /** Breaks ties between callbacks of the same moment. */
  readonly digest: string;
  readonly position: bigint;
} & (
  { readonly kind: 'START' } | { readonly kind: 'EXIT'; readonly exit: RelayExit; readonly attribution: Attribution }
);

/** One run of a task: from a TaskStart, or whatever was seen first of it, to its exit. */
export interface RelayRun {
  /** From 1, in order. */
  readonly number: number;
  /** Which callback opened it: a TaskStart, a TaskExit, or else a file or an alarm. */
  readonly openedBy: 'START' | 'EXIT' | 'SIGN_OF_LIFE';
  /** When it begins in the order of the task: files and alarms from here on are its own, until the next run. */
  readonly openedAtMs: number;
  /** The position of its TaskStart in that order; null if there is none. */
  readonly startAtMs: number | null;
  /** CSS's clock; null if unknown. */
  readonly startedAtMs: number | null;
  /** When its TaskStart arrived; null if there is none. */
  readonly startReceivedAtMs: number | null;
  readonly exit: RunExit | null;
}

/** The callback that ended a run. */
export interface RunExit extends RelayExit {
  readonly atMs: number;
  readonly exitedAtMs: number | null;
  readonly receivedAtMs: number;
  readonly attribution: Attribution;
}

/**
 * Milliseconds by which the first activity of a run may precede its TaskStart: a file that begins within 2 s of it and
 * carries no time is ordered by our clock, while the TaskStart may have arrived late or carry CSS's.
 */
export const startAfterActivityMs = 60_000;

/**
 * Folds boundaries of a task, in any order, and the moment of its first activity (a file or an alarm) into runs. With a base,
 * the newest run before all of them (see `asOf`), the result is the base as changed by them, and the runs after it.
 */
export function foldRuns(
  boundaries: readonly RunBoundary[],
  firstActivityAtMs: number | null,
  base: RelayRun | null = null,
): RelayRun[] {
  const runs: RelayRun[] = base === null ? [] : [base];
  const apply = (boundary: RunBoundary) => {
    const newest = runs.at(-1) ?? null;
    const run = withBoundary(newest, boundary);
    if (run.number === newest?.number) runs[runs.length - 1] = run;
    else runs.push(run);
  };
  const openByActivity = () => {
    if (runs.length === 0 && firstActivityAtMs !== null) runs.push(openedByActivity(firstActivityAtMs));
  };
  for (const group of groupsOfEqualTime(boundaries)) {
    if (firstActivityAtMs !== null && (group[0]?.atMs ?? 0) > firstActivityAtMs) openByActivity();
    for (const boundary of orderWithinMoment(group, isOpen(runs.at(-1) ?? null))) apply(boundary);
  }
  openByActivity();
  return runs;
}

/** A run that began before a moment, as it was then: without the exit and the TaskStart that came at that moment or later. */
export function asOf(run: RelayRun, momentMs: number): RelayRun {
  const exit = run.exit !== null && run.exit.atMs >= momentMs ? null : run.exit;
  if (run.startAtMs === null || run.startAtMs < momentMs) return { ...run, exit };
  return { ...unstarted(null, 'SIGN_OF_LIFE', run.openedAtMs), number: run.number, exit };
}

/** The run that a boundary changes or opens; it must be later than everything folded so far. */
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
  return { ...unstarted(newest, 'EXIT', boundary.atMs), exit };
}

/** The first run of a task whose first callback is a file or an alarm. */
export function openedByActivity(atMs: number): RelayRun {
  return unstarted(null, 'SIGN_OF_LIFE', atMs);
}

/** False also if there is no run. */
export function isOpen(run: RelayRun | null): boolean {
  return run !== null && run.exit === null;
}

function withStart(newest: RelayRun | null, { atMs, occurredAtMs, receivedAtMs }: RunBoundary): RelayRun {
  const started = {
    openedBy: 'START',
    startAtMs: atMs,
    startedAtMs: occurredAtMs,
    startReceivedAtMs: receivedAtMs,
  } as const;
  const isItsStart =
    newest?.openedBy === 'SIGN_OF_LIFE' && newest.exit === null && newest.openedAtMs >= atMs - startAfterActivityMs;
  return isItsStart ? { ...newest, ...started } : { ...unstarted(newest, 'START', atMs), ...started };
}

function unstarted(newest: RelayRun | null, openedBy: RelayRun['openedBy'], openedAtMs: number): RelayRun {
  const number = (newest?.number ?? 0) + 1;
  return { number, openedBy, openedAtMs, startAtMs: null, startedAtMs: null, startReceivedAtMs: null, exit: null };
}

function groupsOfEqualTime(boundaries: readonly RunBoundary[]): RunBoundary[][] {
  const groups: RunBoundary[][] = [];
  for (const boundary of [...boundaries].sort((one, other) => one.atMs - other.atMs)) {
    const group = groups.at(-1);
    if (group?.[0]?.atMs === boundary.atMs) group.push(boundary);
    else groups.push([boundary]);
  }
  return groups;
}

/**
 * Times in whole seconds put an exit and a start at the same moment. If a run is open, its exit comes first and the start is
 * that of the next run; if none is, the start comes first and the exit ends that run.
 */
export function orderWithinMoment(group: readonly RunBoundary[], runIsOpen: boolean): RunBoundary[] {
  const firstKind = runIsOpen ? 'EXIT' : 'START';
  return [...group].sort((one, other) => {
    if (one.kind !== other.kind) return one.kind === firstKind ? -1 : 1;
    if (one.digest !== other.digest) return one.digest < other.digest ? -1 : 1;
    return one.position < other.position ? -1 : 1;
  });
}
