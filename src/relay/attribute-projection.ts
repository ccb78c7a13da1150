import type { RelayTimes } from './relay-order.ts';
import type { ReadModelWriter } from '../projecting/read-model-writer.ts';
import type { ExitsOfSource, RelayTaskWriter } from './relay-task-rows.ts';
import type { ChangePosition } from '../projecting/rows.ts';
import type { NextChange } from '../projecting/arrived-callback.ts';
import { decideAfresh, type OrderChange } from './decide-afresh-projection.ts';
import { decide, exitsFrom, orderTimeIn, type RefoldedTask } from './decide-exit-projection.ts';
import { fromTheBeginning } from './refold-projection.ts';
import { writeTask } from './task-rows-projection.ts';

/** Exits of a source to decide again: all of them if two clocks are involved. */
export interface ExitsToDecide extends ExitsOfSource {
  /** If all are to be decided: the change that calls for it, if known, so that earlier exits stay as they are. */
  readonly changedIn?: OrderChange | null;
}

/** All exits of a source, as far as a change concerns them. */
export function allExitsOf(sourceKey: string, changedIn: OrderChange | null = null): ExitsToDecide {
  return { sourceKey, fromMs: fromTheBeginning, untilMs: Infinity, changedIn };
}

/** Decides an exit that has just arrived, and the exits that it affects. */
export function attributeNew(
  rows: ReadModelWriter,
  sourceKey: string,
  exit: RelayTimes & { readonly atMs: number },
  nextChange: NextChange,
): void {
  const { relay } = rows;
  const { atMs } = exit;
  const tasks = exit.occurredAtMs === null ? relay.tasksOfSource(sourceKey, fromTheBeginning) : [];
  const timed = tasks.find((taskRow) => relay.hasTimes(taskRow));
  const exits =
    timed === undefined
      ? { sourceKey, fromMs: atMs, untilMs: atMs }
      : allExitsOf(sourceKey, { taskRow: timed, fromMs: orderTimeIn(relay, timed, exit) });
  attributeAgain(rows, exits, nextChange);
}

/**
 * Decides again to which tasks the exits of a source belong that name no task, in order, until nothing changes any
 * more. Refolds each task that gains or loses an exit. Exits later than the given ones change only if one of the given
 * ones does. Must be called whenever something changes that these decisions depend on.
 */
export function attributeAgain(rows: ReadModelWriter, first: ExitsToDecide, nextChange: NextChange): void {
  const { relay } = rows;
  const changes = new Map<number, ChangePosition>();
  const queue: ExitsToDecide[] = [first];
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

/** Decides exits of one source in order. Yields each refolded task before the next exit is decided. */
function* decideAll(
  rows: ReadModelWriter,
  { sourceKey, fromMs, untilMs, changedIn = null }: ExitsToDecide,
): Generator<RefoldedTask> {
  if (fromMs === fromTheBeginning && untilMs === Infinity) {
    yield* decideAfresh(rows, sourceKey, changedIn);
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

/** A task that had other source URLs before or after may also have exits of those. */
function exitsOfOtherSources(
  relay: RelayTaskWriter,
  { taskRow, fromMs, untilMs, isAfresh }: RefoldedTask,
  sourceKey: string,
): ExitsToDecide[] {
  const others = new Set([relay.sourceOf(taskRow, fromMs, false), ...relay.sourcesBetween(taskRow, fromMs, untilMs)]);
  return [...others].flatMap((other) => {
    if (other === null || other === sourceKey || relay.timesOfExitsWithoutTaskId(other) === null) return [];
    if (!isAfresh) return [{ sourceKey: other, fromMs, untilMs }];
    return [allExitsOf(other, fromMs === fromTheBeginning ? null : { taskRow, fromMs })];
  });
}
