import { attributeExits } from '../../domain/relay-task/relay-attribution.ts';
import { asOf, foldRuns, type RelayRun } from '../../domain/relay-task/relay-runs.ts';
import type { ReadModelWriter } from '../../read-models/read-model-writer.ts';
import type { RelayTaskWriter, ActivityPosition, StoredActivity } from '../../read-models/relay-tasks.ts';
import type { NextPlace } from '../arrived-callback.ts';
import { foldSignIntoRun } from './activity.ts';
import { writeTask } from './summary.ts';

/** Callbacks of a task that are read at a time when it is folded again. */
const signsPageMax = 5_000;

/** Before every moment: folds all of a task again. */
export const fromTheBeginning = Number.MIN_SAFE_INTEGER;

/**
 * Folds the runs of a task again from a moment on, and hands its files and alarms to the runs they then belong to. What
 * stands before that moment is not looked at, so a task of weeks costs no more than what is late.
 * Returns the place of its last boundary: what comes after that is in order.
 */
export function refoldRuns({ relay }: ReadModelWriter, taskRow: number, fromMs: number): number | null {
  const base = baseOf(relay, taskRow, fromMs);
  const firstNumber = base?.number ?? 1;
  const before = relay.runsFrom(taskRow, firstNumber);
  const firstActivityAtMs = base === null ? relay.firstActivityAtMs(taskRow) : null;
  const after = foldRuns(relay.boundariesFrom(taskRow, fromMs), firstActivityAtMs, base);
  relay.replaceRunsFrom(taskRow, firstNumber, after);
  handOutSigns(relay, taskRow, before, after);
  const last = Math.max(relay.lastBoundaryAtMs(taskRow) ?? -Infinity, after.at(-1)?.openedAtMs ?? -Infinity);
  return last === -Infinity ? null : last;
}

/** The newest run before a moment, as it stood then. */
function baseOf(relay: RelayTaskWriter, taskRow: number, fromMs: number): RelayRun | null {
  const run = relay.runBefore(taskRow, fromMs);
  return run === null ? null : asOf(run, fromMs);
}

function handOutSigns(
  relay: RelayTaskWriter,
  taskRow: number,
  before: readonly RelayRun[],
  after: readonly RelayRun[],
): void {
  const firstMoved = firstDifference(before, after);
  if (firstMoved === null) return;
  const movedFromMs = Math.min(before[firstMoved]?.openedAtMs ?? Infinity, after[firstMoved]?.openedAtMs ?? Infinity);
  if (relay.activityFrom(taskRow, movedFromMs, null, 1).length === 0) return;
  // The run before the first one that moved keeps its beginning, but may lose files to it or win some.
  let current = Math.max(0, firstMoved - 1);
  const first = after[current];
  relay.removeActivityFrom(taskRow, first?.number ?? before[current]?.number ?? 1);
  if (first === undefined) return;
  for (const { activity: sign } of allSignsFrom(
    relay,
    taskRow,
    firstMoved === 0 ? fromTheBeginning : first.openedAtMs,
  )) {
    for (let next = after[current + 1]; next !== undefined && next.openedAtMs <= sign.atMs; next = after[current + 1]) {
      current += 1;
    }
    foldSignIntoRun(relay, taskRow, after[current]?.number ?? first.number, sign);
  }
}

function* allSignsFrom(relay: RelayTaskWriter, taskRow: number, atMs: number): Generator<StoredActivity> {
  let place: ActivityPosition | null = null;
  for (;;) {
    const page = relay.activityFrom(taskRow, atMs, place, signsPageMax);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < signsPageMax) return;
    place = last.at;
  }
}

/**
 * Decides again, from a moment on, to which tasks the exits of a source belong that name none, and folds each task again
 * that wins or loses one. To be called whenever something changed before such an exit in the order.
 */
export function attributeAgain(rows: ReadModelWriter, sourceKey: string, fromMs: number, nextPlace: NextPlace): void {
  const { relay } = rows;
  const candidates = relay.tasksOfSource(sourceKey).map((taskRow) => {
    const base = baseOf(relay, taskRow, fromMs);
    return {
      taskRow,
      base,
      boundaries: relay
        .boundariesFrom(taskRow, fromMs)
        .filter((boundary) => boundary.kind === 'START' || boundary.attribution === 'BY_TASK_ID'),
      firstActivityAtMs: base === null ? relay.firstActivityAtMs(taskRow) : null,
    };
  });
  const exits = relay.exitsWithoutTaskIdFrom(sourceKey, fromMs);
  const attributed = attributeExits(
    candidates,
    exits.map(({ exit }) => exit),
  );
  const touched = new Set<number>();
  for (const { exit, taskRow } of exits) {
    const now = attributed.get(exit.position) ?? null;
    if (now === taskRow) continue;
    relay.attribute(exit.position, now);
    for (const row of [taskRow, now]) if (row !== null) touched.add(row);
  }
  for (const taskRow of [...touched].sort((one, other) => one - other)) {
    const task = relay.taskByRow(taskRow);
    if (task !== null) writeTask(relay, { ...task, lastBoundaryAtMs: refoldRuns(rows, taskRow, fromMs) }, nextPlace());
  }
}

/** Index of the first run that begins elsewhere than before; null where all begin where they did. */
function firstDifference(before: readonly RelayRun[], after: readonly RelayRun[]): number | null {
  const length = Math.max(before.length, after.length);
  for (let index = 0; index < length; index += 1) {
    if (before[index]?.openedAtMs !== after[index]?.openedAtMs) return index;
  }
  return null;
}
