import {
  chooseCandidate,
  type AttributionCandidate,
  type ExitWithoutTaskId,
} from '../../domain/relay-task/relay-attribution.ts';
import { orderTimeOf } from '../../domain/relay-task/relay-order.ts';
import { asOf, isOpen } from '../../domain/relay-task/relay-runs.ts';
import type { ReadModelWriter } from '../../read-models/read-model-writer.ts';
import type { ExitsOfSource, RelayTaskWriter, StoredExit } from '../../read-models/relay-tasks.ts';
import type { ChangePosition } from '../../read-models/rows.ts';
import type { NextChange } from '../arrived-callback.ts';
import { fromTheBeginning, refoldRuns, type Refolded } from './refold.ts';
import { writeTask } from './task-rows.ts';

/** Exits that are read at a time: mostly, one is decided again. */
const exitsPageMax = 8;

/** Candidates that are kept of one exit, to be shown. */
const candidatesMax = 20;

/**
 * Decides again which tasks the exits of a source belong to that name none, in order, until nothing changes any more: each
 * task that gets or loses one is folded again. Exits later than those given change only if one of these does. To be called
 * whenever something changes that matters for them.
 */
export function attributeAgain(rows: ReadModelWriter, first: ExitsOfSource, nextChange: NextChange): void {
  const { relay } = rows;
  const changes = new Map<number, ChangePosition>();
  const queue = [first];
  for (let exits = queue.shift(); exits !== undefined; exits = queue.shift()) {
    for (const refolded of decideAll(rows, exits)) {
      const { taskRow, lastBoundaryAtMs } = refolded;
      const changed = changes.get(taskRow) ?? nextChange();
      changes.set(taskRow, changed);
      const task = relay.taskByRow(taskRow);
      if (task !== null) writeTask(relay, { ...task, lastBoundaryAtMs }, changed);
      queue.push(...exitsOfOtherSources(relay, refolded, exits.sourceKey));
    }
  }
}

/** Decides exits of one source in order; the tasks that were folded again, each before the next exit is decided. */
function* decideAll(rows: ReadModelWriter, { sourceKey, fromMs, untilMs }: ExitsOfSource): Generator<RefoldedTask> {
  if (fromMs === fromTheBeginning && untilMs === Infinity) {
    yield* decideAfresh(rows, sourceKey);
    return;
  }
  let changedUntilMs = untilMs;
  for (const stored of exitsFrom(rows.relay, sourceKey, fromMs)) {
    if (stored.exit.atMs > changedUntilMs) return;
    for (const refolded of decide(rows, sourceKey, stored)) {
      yield refolded;
      changedUntilMs = Math.max(changedUntilMs, refolded.untilMs);
    }
  }
}

/**
 * Decides all exits of a source as if none had been decided: where two clocks meet, an exit that is decided late may be early
 * in the order of its task, so that what was decided before would matter. Returns the tasks that got or lost one.
 */
function decideAfresh(rows: ReadModelWriter, sourceKey: string): RefoldedTask[] {
  const { relay } = rows;
  const refolded = new Map<number, RefoldedTask>();
  const write = (task: RefoldedTask) => {
    refolded.set(task.taskRow, { ...task, fromMs: fromTheBeginning, untilMs: Infinity });
    const row = relay.taskByRow(task.taskRow);
    if (row !== null) writeTask(relay, { ...row, lastBoundaryAtMs: task.lastBoundaryAtMs }, row.changed);
  };
  const before = [...exitsFrom(relay, sourceKey, fromTheBeginning)];
  for (const { exit, taskRow, taskAtMs } of before) {
    if (taskRow === null) continue;
    relay.attribute(exit.position, null, exit.atMs);
    write({ taskRow, fromMs: taskAtMs, ...refoldRuns(rows, taskRow, taskAtMs) });
  }
  for (const stored of exitsFrom(relay, sourceKey, fromTheBeginning)) {
    for (const task of decide(rows, sourceKey, stored)) write(task);
  }
  const changed = new Set<number | null>();
  for (const [index, { taskRow, taskAtMs }] of [...exitsFrom(relay, sourceKey, fromTheBeginning)].entries()) {
    const earlier = before[index];
    if (earlier?.taskRow === taskRow && earlier.taskAtMs === taskAtMs) continue;
    changed.add(taskRow).add(earlier?.taskRow ?? null);
  }
  return [...refolded.values()].filter(({ taskRow }) => changed.has(taskRow));
}

/** A task that had other source URLs before or after may have exits of these, too. */
function exitsOfOtherSources(
  relay: RelayTaskWriter,
  { taskRow, fromMs, untilMs }: RefoldedTask,
  sourceKey: string,
): ExitsOfSource[] {
  const others = new Set([relay.sourceOf(taskRow, fromMs, false), ...relay.sourcesBetween(taskRow, fromMs, untilMs)]);
  return [...others].flatMap((other) =>
    other === null || other === sourceKey || relay.timesOfExitsWithoutTaskId(other) === null
      ? []
      : [{ sourceKey: other, fromMs, untilMs }],
  );
}

interface RefoldedTask extends Refolded {
  readonly taskRow: number;
  readonly fromMs: number;
}

/** Decides which task an exit belongs to; the tasks that get or lose it, folded again. */
function decide(
  rows: ReadModelWriter,
  sourceKey: string,
  { exit, taskRow, taskAtMs, wasAmbiguous }: StoredExit,
): RefoldedTask[] {
  const { relay } = rows;
  const candidates = candidatesOf(relay, sourceKey, exit);
  if (candidates.length > 1 || wasAmbiguous) {
    const several = candidates.length > 1 ? candidates.slice(0, candidatesMax) : [];
    relay.putExitCandidates(
      { position: exit.position, sourceKey, atMs: exit.atMs },
      several.map((candidate) => candidate.taskRow),
    );
  }
  const now = chooseCandidate(candidates, exit);
  const nowAtMs = now === null ? exit.atMs : orderTimeIn(relay, now, exit);
  if (now === taskRow && nowAtMs === taskAtMs) return [];
  relay.attribute(exit.position, now, nowAtMs);
  const moved = [
    ...(taskRow === null ? [] : [{ taskRow, atMs: taskAtMs }]),
    ...(now === null ? [] : [{ taskRow: now, atMs: nowAtMs }]),
  ];
  return moved.map(({ taskRow: row, atMs }) => {
    const { lastBoundaryAtMs, untilMs } = refoldRuns(rows, row, atMs);
    const isOnOneClock = relay.hasTimes(row) === (exit.occurredAtMs !== null);
    return {
      taskRow: row,
      fromMs: atMs,
      lastBoundaryAtMs,
      untilMs: isOnOneClock ? untilMs : Infinity,
    };
  });
}

function* exitsFrom(relay: RelayTaskWriter, sourceKey: string, fromMs: number): Generator<StoredExit> {
  let after: StoredExit | null = null;
  for (;;) {
    const page: StoredExit[] = relay.exitsWithoutTaskId(sourceKey, fromMs, after, exitsPageMax);
    yield* page;
    after = page.at(-1) ?? null;
    if (after === null || page.length < exitsPageMax) return;
  }
}

/** Tasks with a run that this exit may have ended. */
function candidatesOf(relay: RelayTaskWriter, sourceKey: string, exit: ExitWithoutTaskId): AttributionCandidate[] {
  return relay.tasksOfSource(sourceKey, exit.atMs).flatMap((taskRow) => {
    const orderMs = orderTimeIn(relay, taskRow, exit);
    if (!hasRunFor(relay, taskRow, { sourceKey, orderMs, exit })) return [];
    const hasLaterStart = relay.hasStart(taskRow, orderMs + 1, Number.MAX_SAFE_INTEGER);
    return [
      {
        taskRow,
        hasLaterStart,
        lastBefore: relay.lastBefore(taskRow, orderMs, exit),
      },
    ];
  });
}

interface ExitInTask {
  readonly sourceKey: string;
  readonly orderMs: number;
  readonly exit: ExitWithoutTaskId;
}

/** Whether a run is open that began with this source or came to have it, and no exit of the same moment has ended it. */
function hasRunFor(relay: RelayTaskWriter, taskRow: number, { sourceKey, orderMs, exit }: ExitInTask): boolean {
  const run = relay.runBefore(taskRow, orderMs);
  const isOpenBefore = isOpen(run === null ? null : asOf(run, orderMs));
  // If none is open, one that begins in the moment of the exit is ended by it.
  const begins =
    isOpenBefore ||
    relay.hasStart(taskRow, orderMs, orderMs) ||
    (run === null && relay.firstActivity(taskRow)?.atMs === orderMs);
  if (!begins || relay.sourceOf(taskRow, orderMs, !isOpenBefore) !== sourceKey) return false;
  return !relay.isTakenByEarlier(taskRow, orderMs, exit);
}

/** The order time of an exit in the order of a task that it does not name. */
function orderTimeIn(relay: RelayTaskWriter, taskRow: number, exit: ExitWithoutTaskId): number {
  const { occurredAtMs, receivedAtMs } = exit;
  if (occurredAtMs === null) return orderTimeOf(exit, relay.arrivedBefore(taskRow, receivedAtMs, false), false);
  // A task that never gave a time is ordered by arrival alone.
  return relay.hasTimes(taskRow) ? occurredAtMs : orderTimeOf({ occurredAtMs: null, receivedAtMs }, null, false);
}
