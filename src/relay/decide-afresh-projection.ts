import type { ReadModelWriter } from '../projecting/read-model-writer.ts';
import type { RelayTaskWriter, StoredExit } from './relay-task-rows.ts';
import { decide, exitsFrom, orderTimeIn, type RefoldedTask } from './decide-exit-projection.ts';
import { fromTheBeginning, refoldRuns } from './refold-projection.ts';
import { writeTask } from './task-rows-projection.ts';

/** Exits read at a time, from the newest back: usually few are concerned. */
const exitsPageMax = 8;

/** A change in the order of one task: everything before this moment is unchanged. */
export interface OrderChange {
  readonly taskRow: number;
  readonly fromMs: number;
}

/**
 * Decides the exits of a source as if none had been decided. If two clocks are involved, an exit that is decided late
 * may be early in the order of its task, and earlier decisions would influence it. Exits that the change can't affect
 * stay as they are. Returns the tasks that gained or lost an exit.
 */
export function decideAfresh(rows: ReadModelWriter, sourceKey: string, changedIn: OrderChange | null): RefoldedTask[] {
  const { relay } = rows;
  const base = changedIn === null ? null : baseOf(relay, sourceKey, changedIn);
  const exits = () =>
    base === null ? [...exitsFrom(relay, sourceKey, fromTheBeginning)] : exitsAfter(relay, sourceKey, base);
  const refolded = new Map<number, RefoldedTask>();
  const write = (task: RefoldedTask) => {
    refolded.set(task.taskRow, {
      ...task,
      fromMs: base?.fromMs ?? fromTheBeginning,
      untilMs: Infinity,
      isAfresh: true,
    });
    const row = relay.taskByRow(task.taskRow);
    if (row !== null) writeTask(relay, { ...row, lastBoundaryAtMs: task.lastBoundaryAtMs }, row.changed);
  };
  const before = exits();
  for (const { exit, taskRow, taskAtMs } of before) {
    if (taskRow === null) continue;
    relay.attribute(exit.position, null, exit.atMs);
    write({ taskRow, fromMs: taskAtMs, ...refoldRuns(rows, taskRow, taskAtMs) });
  }
  for (const stored of exits()) {
    for (const task of decide(rows, sourceKey, stored)) write(task);
  }
  const changed = new Set<number | null>();
  for (const [index, { taskRow, taskAtMs }] of exits().entries()) {
    const earlier = before[index];
    if (earlier?.taskRow === taskRow && earlier.taskAtMs === taskAtMs) continue;
    changed.add(taskRow).add(earlier?.taskRow ?? null);
  }
  return [...refolded.values()].filter(({ taskRow }) => changed.has(taskRow));
}

/**
 * The last TaskStart before the change that is alone in its moment. It opens a run whatever came before it, so exits
 * before and after it do not affect each other. Null if there is none by CSS's clock, or if the source has other tasks.
 */
function baseOf(relay: RelayTaskWriter, sourceKey: string, { taskRow, fromMs }: OrderChange): OrderChange | null {
  const [only, ...others] = relay.tasksOfSource(sourceKey, fromTheBeginning);
  if (only !== taskRow || others.length > 0) return null;
  let atMs = relay.lastStartBefore(taskRow, fromMs);
  while (atMs !== null && atMs > 0) {
    if (relay.boundariesFrom(taskRow, atMs, 1).every(({ kind }) => kind === 'START')) return { taskRow, fromMs: atMs };
    atMs = relay.lastStartBefore(taskRow, atMs);
  }
  return null;
}

/** Exits after a moment in the order of their source's only task, in the order in which they are decided. */
function exitsAfter(relay: RelayTaskWriter, sourceKey: string, { taskRow, fromMs }: OrderChange): StoredExit[] {
  const untimed: StoredExit[] = [];
  for (const stored of untimedFromTheNewest(relay, sourceKey)) {
    // An exit that arrived earlier is not later in the order of the task.
    if (orderTimeIn(relay, taskRow, stored.exit) <= fromMs) break;
    untimed.push(stored);
  }
  return [...untimed.reverse(), ...exitsFrom(relay, sourceKey, fromMs + 1)];
}

function* untimedFromTheNewest(relay: RelayTaskWriter, sourceKey: string): Generator<StoredExit> {
  let before: StoredExit | null = null;
  for (;;) {
    const page: StoredExit[] = relay.untimedExitsBefore(sourceKey, before, exitsPageMax);
    yield* page;
    before = page.at(-1) ?? null;
    if (before === null || page.length < exitsPageMax) return;
  }
}
