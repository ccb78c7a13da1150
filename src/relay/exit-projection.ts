import type { ReadModelWriter } from '../projecting/file/read-model-writer.ts';
import { fromTheBeginning, refoldRuns, writeTask, type Refolded } from './refold-projection.ts';
import { asOf, isOpen, orderTimeOfExit, type RelayTimes } from './relay-runs.ts';
import type { RelayTaskWriter, StoredExit } from './relay-task-rows.ts';
import { chooseCandidate, type AttributionCandidate, type ExitWithoutTaskId } from './relay-task.ts';

/** Exits read at a time: usually only one is decided again. */
const exitsPageMax = 8;

/** Candidates stored for one exit at most, to be shown. */
const candidatesMax = 20;

/** A task that gained or lost an exit, with the range in which its runs changed. */
export interface RefoldedTask extends Refolded {
  readonly taskRow: number;
  readonly fromMs: number;
  /** Whether all exits from then on were decided afresh rather than one by one. */
  readonly isAfresh?: true;
}

/** Decides which task an exit belongs to. Returns the tasks that gain or lose it, refolded. */
export function decide(
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

/** Exits of a source, from a moment of the source's own order on. */
export function* exitsFrom(relay: RelayTaskWriter, sourceKey: string, fromMs: number): Generator<StoredExit> {
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

/**
 * Whether the task has an open run that began with this source or came to have it, and that no other exit of the same
 * moment has ended.
 */
function hasRunFor(relay: RelayTaskWriter, taskRow: number, { sourceKey, orderMs, exit }: ExitInTask): boolean {
  const run = relay.runBefore(taskRow, orderMs);
  const isOpenBefore = isOpen(run === null ? null : asOf(run, orderMs));
  // If no run is open, the exit ends a run that begins at the same moment.
  const begins =
    isOpenBefore ||
    relay.hasStart(taskRow, orderMs, orderMs) ||
    (run === null && relay.firstActivity(taskRow)?.atMs === orderMs);
  if (!begins || relay.sourceOf(taskRow, orderMs, !isOpenBefore) !== sourceKey) return false;
  return !relay.isTakenByEarlier(taskRow, orderMs, exit);
}

/** The order time of an exit in a task that it does not name. */
export function orderTimeIn(relay: RelayTaskWriter, taskRow: number, exit: RelayTimes): number {
  return orderTimeOfExit(exit, {
    hasTimes: () => relay.hasTimes(taskRow),
    arrivedBefore: (receivedAtMs) => relay.arrivedBefore(taskRow, receivedAtMs, false),
  });
}

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
