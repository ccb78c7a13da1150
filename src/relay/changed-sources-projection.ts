import type { RelayEvent } from './relay-callback.ts';
import type { RelayTimes } from './relay-order.ts';
import type { ExitTimes, MomentRange, RelayTaskWriter } from './relay-task-rows.ts';
import type { RelayTaskRow } from '../projecting/rows.ts';
import { allExitsOf, type ExitsToDecide } from './attribute-projection.ts';
import { fromTheBeginning } from './refold-projection.ts';

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
