import type { RelayExit } from './relay-callback.ts';

export const attributions = ['BY_TASK_ID', 'BY_SOURCE_URLS'] as const;
/** How a callback was found to belong to its task: it names it, or its source URLs fit that task alone. */
export type Attribution = (typeof attributions)[number];

/** A callback that begins or ends a run, at its place in the order of the task. */
export type RunBoundary = {
  /** CSS's clock, or where the callback carries no time ours: what the order stands on. */
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

export interface RelayRun {
  /** From 1, in order. */
  readonly number: number;
  /** SIGN_OF_LIFE: a file or an alarm came where no run had begun. */
  readonly openedBy: 'START' | 'EXIT' | 'SIGN_OF_LIFE';
  /** Where it stands in the order: files and alarms from here on are its own, until the next run. */
  readonly openedAtMs: number;
  /** Where its TaskStart stands in the order; null where none came. */
  readonly startAtMs: number | null;
  /** CSS's clock; null where it is unknown. */
  readonly startedAtMs: number | null;
  /** When its TaskStart arrived; null where none did. */
  readonly startReceivedAtMs: number | null;
  readonly exit: RunExit | null;
}

export interface RunExit extends RelayExit {
  readonly atMs: number;
  readonly exitedAtMs: number | null;
  readonly receivedAtMs: number;
  readonly attribution: Attribution;
}

/**
 * Milliseconds by which the first sign of a run may stand before its TaskStart: a file that begins within 2 s of it and
 * carries no time is ordered by our clock, and the TaskStart may have come late or carry CSS's.
 */
export const startAfterActivityMs = 60_000;

/**
 * Folds boundaries of a task, in any order, and the first sign of life (a file or an alarm) into runs. With a base, the
 * run that was the newest before all of them (`asOf`), only what follows is folded: the base as it then is, and later runs.
 */
export function foldRuns(
  boundaries: readonly RunBoundary[],
  firstSignMs: number | null,
  base: RelayRun | null = null,
): RelayRun[] {
  const runs: RelayRun[] = base === null ? [] : [base];
  const apply = (boundary: RunBoundary) => {
    const newest = runs.at(-1) ?? null;
    const run = withBoundary(newest, boundary);
    if (run.number === newest?.number) runs[runs.length - 1] = run;
    else runs.push(run);
  };
  const signOfLife = () => {
    if (runs.length === 0 && firstSignMs !== null) runs.push(openedByActivity(firstSignMs));
  };
  for (const group of groupsOfEqualTime(boundaries)) {
    if (firstSignMs !== null && (group[0]?.atMs ?? 0) > firstSignMs) signOfLife();
    for (const boundary of orderWithinMoment(group, isOpen(runs.at(-1) ?? null))) apply(boundary);
  }
  signOfLife();
  return runs;
}

/** A run that began before a moment as it stood then: without an exit, and without a TaskStart, from that moment on. */
export function asOf(run: RelayRun, momentMs: number): RelayRun {
  const exit = run.exit !== null && run.exit.atMs >= momentMs ? null : run.exit;
  if (run.startAtMs === null || run.startAtMs < momentMs) return { ...run, exit };
  return { ...unstarted(null, 'SIGN_OF_LIFE', run.openedAtMs), number: run.number, exit };
}

/** The run that a boundary, later than everything so far, changes or opens. */
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

/** The run of a task of which nothing is known but a file or an alarm. */
export function openedByActivity(atMs: number): RelayRun {
  return unstarted(null, 'SIGN_OF_LIFE', atMs);
}

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
 * Times of whole seconds put an exit and a start at the same moment. Where a run is open, its exit comes first and the
 * start is that of the next run; where none is, the start comes first and the exit is its own.
 */
export function orderWithinMoment(group: readonly RunBoundary[], runIsOpen: boolean): RunBoundary[] {
  const firstKind = runIsOpen ? 'EXIT' : 'START';
  return [...group].sort((one, other) => {
    if (one.kind !== other.kind) return one.kind === firstKind ? -1 : 1;
    if (one.digest !== other.digest) return one.digest < other.digest ? -1 : 1;
    return one.position < other.position ? -1 : 1;
  });
}
