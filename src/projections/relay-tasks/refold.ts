import {
  asOf,
  foldMoment,
  isSameKey,
  isSameRun,
  momentsOf,
  openedByActivity,
  type RelayRun,
  type RunBoundary,
  type RunKey,
} from '../../domain/relay-task/relay-runs.ts';
import type { ReadModelWriter } from '../../read-models/read-model-writer.ts';
import type { ActivityPosition, MomentRange, RelayTaskWriter } from '../../read-models/relay-tasks.ts';
import { foldActivity, type Activity } from './task-rows.ts';

/** Files and alarms of a task that are read at a time when it is folded again. */
const activityPageMax = 5_000;

/** Boundaries that are read at a time: mostly, two of them already lead to what is stored. */
const boundariesPageMax = 8;

/** Before every moment: folds all of a task again. */
export const fromTheBeginning = Number.MIN_SAFE_INTEGER;

/** After every moment. */
const toTheEnd = Number.MAX_SAFE_INTEGER;
const beforeAllRuns: RunKey = { openedAtMs: fromTheBeginning, nth: 0 };
const afterAllRuns: RunKey = { openedAtMs: toTheEnd, nth: 0 };

/**
 * Folds the runs of a task again from a moment on, until they are again what is stored: nothing before or after that is read,
 * so that a late callback costs no more in a task of weeks. Reassigns the files and alarms of the runs that began or ended
 * to exist.
 */
export function refoldRuns(
  { relay }: ReadModelWriter,
  taskRow: number,
  fromMs: number,
  { changedUntilMs = fromMs, activityMoved = false }: Changed = {},
): Refolded {
  const { base, runs, until } = foldAgain(relay, taskRow, fromMs, changedUntilMs);
  const range = { from: base ?? beforeAllRuns, until };
  const before = relay.runsBetween(taskRow, range);
  const after = runs.filter((run) => !isSameKey(run, until));
  relay.replaceRunsBetween(taskRow, range, after);
  const firstMoved = activityMoved ? 0 : firstDifference(before, after);
  if (firstMoved !== null) reassignActivity(relay, taskRow, { before, after, firstMoved, until });
  const last = Math.max(
    relay.lastBoundaryAtMs(taskRow) ?? -Infinity,
    relay.newestRun(taskRow)?.openedAtMs ?? -Infinity,
  );
  return { lastBoundaryAtMs: last === -Infinity ? null : last, untilMs: until.openedAtMs };
}

/** Of a task whose runs were folded again. */
export interface Refolded {
  /** The order time of its last boundary, null if it has none: callbacks after that are in order. */
  readonly lastBoundaryAtMs: number | null;
  /** After this moment, everything is as it was. */
  readonly untilMs: number;
}

/** What changed in a task. */
export interface Changed {
  /** As late as this; not given: at one moment. */
  readonly changedUntilMs?: number;
  /** Files and alarms changed their order, so that they may belong to another run though none has moved. */
  readonly activityMoved?: boolean;
}

/** Runs as they are now, from the base on; `until` is the first one that is as it was: all after it are, too. */
interface FoldedAgain {
  readonly base: RelayRun | null;
  readonly runs: readonly RelayRun[];
  readonly until: RunKey;
}

function foldAgain(relay: RelayTaskWriter, taskRow: number, fromMs: number, changedUntilMs: number): FoldedAgain {
  const base = baseOf(relay, taskRow, fromMs);
  const firstActivity = base === null ? relay.firstActivity(taskRow) : null;
  const runs: RelayRun[] = base === null ? [] : [base];
  for (const moment of momentsFrom(relay, taskRow, fromMs)) {
    foldMoment(runs, moment, firstActivity);
    const atMs = moment[0]?.atMs ?? toTheEnd;
    const stored = baseOf(relay, taskRow, atMs + 1);
    const newest = runs.at(-1);
    if (atMs >= changedUntilMs && stored !== null && newest !== undefined && isSameRun(stored, newest)) {
      return { base, runs, until: newest };
    }
  }
  if (runs.length === 0 && firstActivity !== null) runs.push(openedByActivity(firstActivity));
  return { base, runs, until: afterAllRuns };
}

/** The newest run before a moment, as it was then. */
function baseOf(relay: RelayTaskWriter, taskRow: number, fromMs: number): RelayRun | null {
  const run = relay.runBefore(taskRow, fromMs);
  return run === null ? null : asOf(run, fromMs);
}

function* momentsFrom(relay: RelayTaskWriter, taskRow: number, fromMs: number): Generator<RunBoundary[]> {
  for (let nextMs = fromMs; ;) {
    const page = relay.boundariesFrom(taskRow, nextMs, boundariesPageMax);
    yield* momentsOf(page);
    const last = page.at(-1);
    if (last === undefined || page.length < boundariesPageMax) return;
    nextMs = last.atMs + 1;
  }
}

interface MovedRuns {
  readonly before: readonly RelayRun[];
  readonly after: readonly RelayRun[];
  /** Index of the first one that began or ended to exist. */
  readonly firstMoved: number;
  readonly until: RunKey;
}

function reassignActivity(
  relay: RelayTaskWriter,
  taskRow: number,
  { before, after, firstMoved, until }: MovedRuns,
): void {
  // The run before the first one that moved begins when it did, but may lose files to that one or get some of its.
  const firstChanged = Math.max(0, firstMoved - 1);
  const runs = [...after.slice(firstChanged), ...(until === afterAllRuns ? [] : [until])];
  const [first] = runs;
  const openedMs = Math.min(first?.openedAtMs ?? toTheEnd, before[firstChanged]?.openedAtMs ?? toTheEnd);
  const range: MomentRange = { fromMs: openedMs, untilMs: until.openedAtMs };
  relay.removeActivityBetween(taskRow, range);
  if (first === undefined) return;
  let current = 0;
  for (const { orderMs, activity } of activityOf(relay, taskRow, range)) {
    for (let next = runs[current + 1]; next && next.openedAtMs <= orderMs; next = runs[current + 1]) current += 1;
    foldActivity(relay, taskRow, runs[current] ?? first, activity);
  }
}

function* activityOf(
  relay: RelayTaskWriter,
  taskRow: number,
  range: MomentRange,
): Generator<{ orderMs: number; activity: Activity }> {
  let after: ActivityPosition | null = null;
  for (;;) {
    const page = relay.activityBetween(taskRow, range, after, activityPageMax);
    for (const { at, activity } of page) yield { orderMs: at.atMs, activity };
    const last = page.at(-1);
    if (last === undefined || page.length < activityPageMax) return;
    after = last.at;
  }
}

/** Index of the first run that begins at another time than before; null if there is none. */
function firstDifference(before: readonly RelayRun[], after: readonly RelayRun[]): number | null {
  const length = Math.max(before.length, after.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [before[index], after[index]];
    if (one === undefined || other === undefined || !isSameKey(one, other)) return index;
  }
  return null;
}
