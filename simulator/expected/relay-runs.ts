import type { ArrivedCallback } from './arrived.ts';
import type { SimulatedRelay, SimulatedTask } from '../scenario/simulated-callback.ts';

/** One run of a task, as far as the callbacks that arrived show it. */
export interface KnownRun {
  readonly openedBy: 'START' | 'EXIT' | 'ACTIVITY';
  readonly openedAtMs: number;
  start: SimulatedRelay | null;
  exit: SimulatedRelay | null;
  /** File events and alarms, in order. */
  readonly activities: SimulatedRelay[];
}

export interface KnownTask {
  readonly task: SimulatedTask;
  readonly runs: KnownRun[];
}

/** The runs of all tasks, and, by the number of the callback, the task of each exit that names none (null: no task). */
export interface RelayRuns {
  readonly tasks: ReadonlyMap<string, KnownTask>;
  readonly exitAttributions: ReadonlyMap<number, SimulatedTask | null>;
}

/** Milliseconds by which a TaskStart may follow the first activity of its run: decision 0009. */
const startAfterActivityMaxMs = 60_000;

/**
 * Derives the runs from all relay callbacks that arrived, in the order of time, by the rules of decisions 0008 and
 * 0009. Nothing is incremental.
 */
export function relayRunsOf(arrived: readonly ArrivedCallback[]): RelayRuns {
  const relay = arrived.flatMap(({ callback }) => (callback.kind === 'RELAY' ? callback : []));
  const tasks = new Map<string, KnownTask>();
  const namelessExits = new Map<number, SimulatedTask | null>();
  for (const callback of relay) {
    if (namesTask(callback)) tasks.set(taskKey(callback.task), { task: callback.task, runs: [] });
  }
  for (const sameSources of groupsOf(relay, ({ task }) => JSON.stringify([task.appId, task.sourceUrls]))) {
    const keys = new Set(sameSources.map(({ task }) => taskKey(task)));
    const known = [...keys].flatMap((key) => tasks.get(key) ?? []);
    for (const moment of groupsOf(sameSources, ({ atMs }) => atMs)) {
      const ownerOf = (exit: SimulatedRelay, candidates: readonly KnownTask[]) =>
        chosenOwner(exit, candidates, sameSources);
      applyMoment(moment, known, { namelessExits, ownerOf });
    }
  }
  return { tasks, exitAttributions: namelessExits };
}

export function namesTask({ event }: SimulatedRelay): boolean {
  return event.type !== 'EXIT' || event.namesTask;
}

export function taskKey({ appId, taskId }: SimulatedTask): string {
  return `${appId}/${taskId}`;
}

/** Milliseconds without a callback after which a task is silent: decision 0008. */
const silentAfterMs = 24 * 3_600_000;

/** The only task that an exit may belong to, or the only one that was not started again later and is not silent. */
function chosenOwner(
  exit: SimulatedRelay,
  candidates: readonly KnownTask[],
  sameSources: readonly SimulatedRelay[],
): KnownTask | null {
  if (candidates.length < 2) return candidates[0] ?? null;
  const ownOf = ({ task }: KnownTask) =>
    sameSources.filter((callback) => namesTask(callback) && taskKey(callback.task) === taskKey(task));
  const isSilent = (known: KnownTask) => {
    const last = Math.max(...ownOf(known).map(({ atMs }) => (atMs <= exit.atMs ? atMs : -Infinity)));
    return exit.atMs - last > silentAfterMs;
  };
  const areAllSilent = candidates.every(isSilent);
  const [owner = null, another] = candidates.filter((known) => {
    const startsLater = ownOf(known).some(({ event, atMs }) => event.type === 'START' && atMs > exit.atMs);
    return !startsLater && (areAllSilent || !isSilent(known));
  });
  return another === undefined ? owner : null;
}

interface Attributing {
  readonly namelessExits: Map<number, SimulatedTask | null>;
  readonly ownerOf: (exit: SimulatedRelay, candidates: readonly KnownTask[]) => KnownTask | null;
}

/** Applies what happened at one moment to the tasks with the same sources. */
function applyMoment(
  moment: readonly SimulatedRelay[],
  sameSources: readonly KnownTask[],
  { namelessExits, ownerOf }: Attributing,
): void {
  const exitsOf = new Map<KnownTask, SimulatedRelay[]>();
  for (const exit of moment.filter((callback) => !namesTask(callback))) {
    const owner = ownerOf(
      exit,
      sameSources.filter((known) => isOpen(known) || beginsIn(moment, known)),
    );
    namelessExits.set(exit.number, owner?.task ?? null);
    if (owner !== null) exitsOf.set(owner, [exit]);
  }
  for (const known of sameSources) {
    const own = moment.filter((callback) => namesTask(callback) && taskKey(callback.task) === taskKey(known.task));
    const starts = own.filter(({ event }) => event.type === 'START');
    const exits = [...own.filter(({ event }) => event.type === 'EXIT'), ...(exitsOf.get(known) ?? [])];
    // If an exit and a start are at the same moment, the exit comes first if a run is open, otherwise the start.
    for (const boundary of isOpen(known) ? [...exits, ...starts] : [...starts, ...exits])
      applyBoundary(known, boundary);
    for (const activity of own.filter(({ event }) => 'index' in event || 'alarm' in event))
      addActivity(known, activity);
  }
}

function isOpen({ runs }: KnownTask): boolean {
  return runs.at(-1)?.exit === null;
}

/** Whether a run begins at this moment: by a start, or by the first file or alarm of the task. */
function beginsIn(moment: readonly SimulatedRelay[], { task, runs }: KnownTask): boolean {
  return moment.some(
    ({ event, ...callback }) =>
      taskKey(callback.task) === taskKey(task) &&
      (event.type === 'START' || (runs.length === 0 && ('index' in event || 'alarm' in event))),
  );
}

function applyBoundary({ runs }: KnownTask, boundary: SimulatedRelay): void {
  const newest = runs.at(-1);
  const openedAtMs = boundary.atMs;
  if (boundary.event.type === 'EXIT') {
    if (newest?.exit === null) newest.exit = boundary;
    else runs.push({ openedBy: 'EXIT', openedAtMs, start: null, exit: boundary, activities: [] });
    return;
  }
  const startsNewestRun =
    newest?.openedBy === 'ACTIVITY' &&
    newest.start === null &&
    newest.exit === null &&
    openedAtMs - newest.openedAtMs <= startAfterActivityMaxMs;
  if (startsNewestRun) newest.start = boundary;
  else runs.push({ openedBy: 'START', openedAtMs, start: boundary, exit: null, activities: [] });
}

/** A file event or an alarm belongs to the newest run, exited or not; without a run it opens one. */
function addActivity({ runs }: KnownTask, activity: SimulatedRelay): void {
  if (runs.length === 0)
    runs.push({ openedBy: 'ACTIVITY', openedAtMs: activity.atMs, start: null, exit: null, activities: [] });
  runs.at(-1)?.activities.push(activity);
}

/** Groups with equal keys, in the order of the first callback of each. */
function groupsOf(
  callbacks: readonly SimulatedRelay[],
  keyOf: (callback: SimulatedRelay) => string | number,
): SimulatedRelay[][] {
  const groups = new Map<string | number, SimulatedRelay[]>();
  for (const callback of callbacks) {
    const key = keyOf(callback);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [callback]);
    else group.push(callback);
  }
  return [...groups.values()];
}
