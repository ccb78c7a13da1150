import type { ReadModelWriter } from '../projecting/file/read-model-writer.ts';
import type { ChangePosition } from '../projecting/changes.ts';
import type {
  RelayTaskRow,
  ActivityPosition,
  MomentRange,
  RelayTaskWriter,
  StoredActivity,
} from './relay-task-rows.ts';
import { fileKeyOf, withAlarmActivity, withFileActivity } from './relay-activity.ts';
import {
  asOf,
  foldMoment,
  isSameKey,
  isSameRun,
  momentsOf,
  openedByActivity,
  orderTimeOf,
  type RelayRun,
  type RunBoundary,
  type RunKey,
} from './relay-runs.ts';

export type Activity = StoredActivity['activity'];

/** Folds a file event or an alarm into its run. One row changes, however often the file was played before. */
export function foldActivity(relay: RelayTaskWriter, taskRow: number, run: RunKey, activity: Activity): void {
  if (activity.type === 'ALARM') {
    const alarm = relay.findAlarm(taskRow, run, activity.alarm);
    relay.putAlarm(taskRow, run, withAlarmActivity(alarm, activity.alarm, activity.at));
    return;
  }
  const file = relay.findFile(taskRow, run, fileKeyOf(activity.file));
  relay.putFile(taskRow, run, withFileActivity(file, activity));
}

/** Writes a task after its runs have changed, with its newest run and newest exit. */
export function writeTask(relay: RelayTaskWriter, task: RelayTaskRow, changed: ChangePosition): void {
  const newestRun = relay.newestRun(task.id);
  const newestExit = newestRun?.exit != null ? newestRun : relay.newestExit(task.id);
  relay.putTask({ ...task, newestRun, newestExit, changed });
}

/**
 * Moves the callbacks of a task that carry no time and arrived at or after a moment to their new position in its order:
 * after everything that had arrived by then. Must be called when the log turns out to have something that arrived
 * before them. Returns the least order time affected; null if nothing moved.
 */
export function moveUntimed({ relay }: ReadModelWriter, taskRow: number, receivedAtMs: number): number | null {
  let fromMs: number | null = null;
  for (const callback of relay.untimedFrom(taskRow, receivedAtMs)) {
    const { position, atMs, isActivity } = callback;
    const arrivedBeforeMs = relay.arrivedBefore(taskRow, callback.receivedAtMs, isActivity);
    const movedMs = orderTimeOf(callback, arrivedBeforeMs, isActivity);
    if (movedMs === atMs) continue;
    relay.moveTo(position, movedMs);
    fromMs = Math.min(fromMs ?? atMs, atMs, movedMs);
  }
  return fromMs;
}

/** Files and alarms of a task read at a time for a refold. */
const activityPageMax = 5_000;

/** Boundaries read at a time: usually the second one already leads to the stored state. */
const boundariesPageMax = 8;

/** Before every moment: refolds a whole task. */
export const fromTheBeginning = Number.MIN_SAFE_INTEGER;

/** After every moment. */
const toTheEnd = Number.MAX_SAFE_INTEGER;
const beforeAllRuns: RunKey = { openedAtMs: fromTheBeginning, nth: 0 };
const afterAllRuns: RunKey = { openedAtMs: toTheEnd, nth: 0 };

/**
 * Refolds the runs of a task from a moment on, until they match what is stored. It reads nothing before or after that,
 * so that a late callback costs no more in a task that has run for weeks. Reassigns the files and alarms of runs that
 * appeared or disappeared.
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

/** The outcome of refolding a task's runs. */
export interface Refolded {
  /** The order time of its last boundary; null if it has none. Callbacks after it are in order. */
  readonly lastBoundaryAtMs: number | null;
  /** Everything after this moment is unchanged. */
  readonly untilMs: number;
}

/** What changed in a task. */
export interface Changed {
  /** The last moment that changed. Left out: only the first one changed. */
  readonly changedUntilMs?: number;
  /** Files and alarms moved in the order, so they may belong to another run even if no run has moved. */
  readonly activityMoved?: boolean;
}

/** The refolded runs, from the base on. `until` is the first unchanged run: all later ones are unchanged too. */
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
  /** Index of the first run that appeared or disappeared. */
  readonly firstMoved: number;
  readonly until: RunKey;
}

function reassignActivity(
  relay: RelayTaskWriter,
  taskRow: number,
  { before, after, firstMoved, until }: MovedRuns,
): void {
  // The run before the first moved one begins when it did, but may lose files to it or gain some from it.
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

/** Index of the first run with another beginning than before; null if there is none. */
function firstDifference(before: readonly RelayRun[], after: readonly RelayRun[]): number | null {
  const length = Math.max(before.length, after.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [before[index], after[index]];
    if (one === undefined || other === undefined || !isSameKey(one, other)) return index;
  }
  return null;
}
