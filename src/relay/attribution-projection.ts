import type { NextChange } from '../projecting/arrived-callback.ts';
import type { ReadModelWriter } from '../projecting/file/read-model-writer.ts';
import type { ChangePosition } from '../projecting/changes.ts';
import type { RelayTaskRow, ExitsOfSource, ExitTimes, MomentRange, RelayTaskWriter } from './relay-task-rows.ts';
import {
  decide,
  decideAfresh,
  exitsFrom,
  orderTimeIn,
  type OrderChange,
  type RefoldedTask,
} from './exit-projection.ts';
import { fromTheBeginning, writeTask } from './refold-projection.ts';
import type { RelayEvent } from './relay-callback.ts';
import type { RelayTimes } from './relay-runs.ts';

/** Exits of a source to decide again: all of them if two clocks are involved. */
interface ExitsToDecide extends ExitsOfSource {
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

/** What a callback that names its task changed in it. */
interface ChangedTask {
  readonly task: RelayTaskRow;
  readonly times: RelayTimes;
  /** Its order time. */
  readonly atMs: number;
  readonly event: RelayEvent['type'];
  /** The range in which it changed runs; null if it changed none. */
  readonly refolded: MomentRange | null;
  /** Whether it is the first callback of the task with a time: until now, exits with a time were ordered by arrival. */
  readonly beginsTimes: boolean;
}

/** The source that the callback names, and the one in force before it. */
interface NamedSource {
  readonly named: string | null;
  readonly before: string | null;
}

/** The exits without a task id that may now belong to another task. Usually none, because few sources have such exits. */
export function changedSources(
  relay: RelayTaskWriter,
  change: ChangedTask,
  { named, before }: NamedSource,
): ExitsToDecide[] {
  const { task, times, atMs, beginsTimes } = change;
  const isNewSource = named !== null && named !== before;
  const refolded = beginsTimes ? { fromMs: fromTheBeginning, untilMs: Infinity } : change.refolded;
  const range = isNewSource ? { fromMs: Math.min(atMs, refolded?.fromMs ?? atMs), untilMs: Infinity } : refolded;
  const sourceKeys = new Set([named, before, ...relay.sourcesOfUntimedExits(task.id, times.receivedAtMs)]);
  if (refolded !== null) {
    for (const key of relay.sourcesBetween(task.id, refolded.fromMs, refolded.untilMs)) sourceKeys.add(key);
    // If the callback that named a source has moved, the source before it stays in force for longer.
    if (refolded.fromMs < atMs) sourceKeys.add(relay.sourceOf(task.id, refolded.fromMs, false));
  }
  const ofRuns = [...sourceKeys].flatMap((key) => (key === null ? [] : changedExits(relay, key, change, range)));
  return [...ofRuns, ...changedCandidates(relay, change)];
}

function changedExits(
  relay: RelayTaskWriter,
  sourceKey: string,
  { task, atMs }: ChangedTask,
  range: MomentRange | null,
): ExitsToDecide[] {
  const exits = relay.timesOfExitsWithoutTaskId(sourceKey);
  if (exits === null) return [];
  if (isOnOneClock(relay, task, exits)) {
    return range === null || range.fromMs > exits.lastMs ? [] : [{ sourceKey, ...range }];
  }
  return [allExitsOf(sourceKey, { taskRow: task.id, fromMs: Math.min(atMs, range?.fromMs ?? atMs) })];
}

/**
 * If false, exits are ordered differently in the task than among themselves, and each callback of the task may move
 * them.
 */
function isOnOneClock(relay: RelayTaskWriter, task: RelayTaskRow, { firstMs, lastMs }: ExitTimes): boolean {
  const isTimed = lastMs > 0;
  if (firstMs > 0 !== isTimed) return false;
  return isTimed ? task.lastUntimedAtMs === null : !relay.hasTimes(task.id);
}

/** A start after an exit, or activity before it, may decide between several candidates. */
function changedCandidates(relay: RelayTaskWriter, { task, times, atMs, event }: ChangedTask): ExitsToDecide[] {
  if (event === 'OTHER') return [];
  if (event === 'TASK_START') {
    // Exits before the previous start already have a later start.
    const fromMs = relay.lastStartBefore(task.id, atMs) ?? Number.MIN_SAFE_INTEGER;
    return relay.candidateExitsOf(task.id, { fromMs, untilMs: atMs }, 0);
  }
  const arrivedFromMs = times.occurredAtMs === null ? times.receivedAtMs : 0;
  return relay.candidateExitsOf(task.id, { fromMs: atMs, untilMs: Number.MAX_SAFE_INTEGER }, arrivedFromMs);
}
