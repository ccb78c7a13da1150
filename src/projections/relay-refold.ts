import { attributeExits } from '../domain/relay-attribution.ts';
import { foldRuns, type RelayRun } from '../domain/relay-runs.ts';
import type { ReadModelWriter } from '../read-models/read-model-writer.ts';
import type { RelayTaskWriter, SignPlace, StoredSign } from '../read-models/relay-task-writer.ts';
import type { NextPlace } from './arrived-callback.ts';
import { foldSignIntoRun } from './relay-signs.ts';
import { writeTask } from './relay-summary.ts';

/** Callbacks of a task that are read at a time when it is folded again. */
const signsPageMax = 5_000;

/**
 * Folds the runs of a task again from all its callbacks, and hands its files and alarms to the runs they belong to.
 * Returns the place of its last boundary: what comes after that is in order.
 */
export function refoldRuns({ relay }: ReadModelWriter, taskRow: number): number | null {
  const boundaries = relay.boundaries(taskRow);
  const before = relay.runs(taskRow);
  const after = foldRuns(boundaries, relay.firstSignAtMs(taskRow));
  relay.replaceRuns(taskRow, after);
  handOutSigns(relay, taskRow, before, after);
  return greatest([...boundaries.map(({ atMs }) => atMs), ...after.map(({ openedAtMs }) => openedAtMs)]);
}

function handOutSigns(
  relay: RelayTaskWriter,
  taskRow: number,
  before: readonly RelayRun[],
  after: readonly RelayRun[],
): void {
  const firstMoved = firstDifference(before, after);
  if (firstMoved === null) return;
  // The run before the first one that moved keeps its beginning, but may lose files to it or win some.
  const from = Math.max(0, firstMoved - 1);
  relay.removeSignsFrom(taskRow, from + 1);
  const fromMs = from === 0 ? Number.MIN_SAFE_INTEGER : (after[from]?.openedAtMs ?? Number.MAX_SAFE_INTEGER);
  for (const { sign } of allSignsFrom(relay, taskRow, fromMs)) {
    const run = after.findLast(({ openedAtMs }) => openedAtMs <= sign.atMs);
    if (run !== undefined) foldSignIntoRun(relay, taskRow, run.number, sign);
  }
}

function* allSignsFrom(relay: RelayTaskWriter, taskRow: number, atMs: number): Generator<StoredSign> {
  let place: SignPlace | null = null;
  for (;;) {
    const page = relay.signsFrom(taskRow, atMs, place, signsPageMax);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < signsPageMax) return;
    place = last.place;
  }
}

/** Not by spreading into Math.max: a task of weeks has more boundaries than a call takes arguments. */
function greatest(numbers: readonly number[]): number | null {
  return numbers.reduce<number | null>((most, number) => (most === null || number > most ? number : most), null);
}

/**
 * Decides again to which tasks the exits of a source belong that name none, and folds each task again that wins or loses
 * one. To be called whenever something changed before such an exit in the order.
 */
export function attributeAgain(rows: ReadModelWriter, sourceKey: string, nextPlace: NextPlace): void {
  const { relay } = rows;
  const candidates = relay.tasksOfSource(sourceKey).map((taskRow) => ({
    taskRow,
    boundaries: relay
      .boundaries(taskRow)
      .filter((boundary) => boundary.kind === 'START' || boundary.attribution === 'BY_TASK_ID'),
    firstSignMs: relay.firstSignAtMs(taskRow),
  }));
  const exits = relay.namelessExits(sourceKey);
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
    if (task !== null) writeTask(relay, { ...task, lastBoundaryAtMs: refoldRuns(rows, taskRow) }, nextPlace());
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
