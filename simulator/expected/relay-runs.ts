import type { Arrived } from './arrived.ts';
import type { SimulatedRelay, SimulatedTask } from '../scenario/simulated-callback.ts';

/** One run of a task as far as the callbacks that arrived tell. */
export interface KnownRun {
  readonly openedBy: 'START' | 'EXIT' | 'SIGN';
  readonly openedAtMs: number;
  start: SimulatedRelay | null;
  exit: SimulatedRelay | null;
  /** Files and alarms, in order. */
  readonly signs: SimulatedRelay[];
}

export interface KnownTask {
  readonly task: SimulatedTask;
  readonly runs: KnownRun[];
}

/** What is known of all tasks, and to which of them each exit belongs that names none (null: to none). */
export interface RelayTruth {
  readonly tasks: ReadonlyMap<string, KnownTask>;
  readonly namelessExits: ReadonlyMap<number, SimulatedTask | null>;
}

/** Milliseconds that a TaskStart may stand behind the first sign of its run: decision 0009. */
const startBehindSignsMs = 60_000;

/**
 * Goes through all relay callbacks that arrived, moment by moment, and keeps book of the tasks, by what decisions 0008 and
 * 0009 say: everything anew, nothing incremental.
 */
export function simulateRuns(arrived: readonly Arrived[]): RelayTruth {
  const relay = arrived.flatMap(({ callback }) => (callback.kind === 'RELAY' ? callback : []));
  const tasks = new Map<string, KnownTask>();
  const namelessExits = new Map<number, SimulatedTask | null>();
  for (const callback of relay) {
    if (namesTask(callback)) tasks.set(taskKey(callback.task), { task: callback.task, runs: [] });
  }
  for (const ofSource of groupsBy(relay, ({ task }) => JSON.stringify([task.appId, task.sourceUrls]))) {
    const keys = new Set(ofSource.map(({ task }) => taskKey(task)));
    const known = [...keys].flatMap((key) => tasks.get(key) ?? []);
    for (const moment of groupsBy(ofSource, ({ atMs }) => atMs)) goThrough(moment, known, namelessExits);
  }
  return { tasks, namelessExits };
}

export function namesTask({ happening }: SimulatedRelay): boolean {
  return happening.type !== 'EXIT' || happening.namesTask;
}

export function taskKey({ appId, taskId }: SimulatedTask): string {
  return `${appId}/${taskId}`;
}

/** What tasks of the same sources did at one moment. */
function goThrough(
  moment: readonly SimulatedRelay[],
  ofSource: readonly KnownTask[],
  namelessExits: Map<number, SimulatedTask | null>,
): void {
  const exitsOf = new Map<KnownTask, SimulatedRelay[]>();
  for (const exit of moment.filter((callback) => !namesTask(callback))) {
    const [only = null, another] = ofSource.filter((known) => isOpen(known) || startsIn(moment, known));
    const winner = another === undefined ? only : null;
    namelessExits.set(exit.number, winner?.task ?? null);
    if (winner !== null) exitsOf.set(winner, [exit]);
  }
  for (const known of ofSource) {
    const own = moment.filter((callback) => namesTask(callback) && taskKey(callback.task) === taskKey(known.task));
    const starts = own.filter(({ happening }) => happening.type === 'START');
    const exits = [...own.filter(({ happening }) => happening.type === 'EXIT'), ...(exitsOf.get(known) ?? [])];
    // An exit and a start of the same moment: the exit first where a run is open, else the start.
    for (const boundary of isOpen(known) ? [...exits, ...starts] : [...starts, ...exits]) bound(known, boundary);
    for (const sign of own.filter(({ happening }) => 'index' in happening || 'alarm' in happening)) note(known, sign);
  }
}

function isOpen({ runs }: KnownTask): boolean {
  return runs.at(-1)?.exit === null;
}

function startsIn(moment: readonly SimulatedRelay[], { task }: KnownTask): boolean {
  return moment.some((callback) => callback.happening.type === 'START' && taskKey(callback.task) === taskKey(task));
}

function bound({ runs }: KnownTask, boundary: SimulatedRelay): void {
  const newest = runs.at(-1);
  const openedAtMs = boundary.atMs;
  if (boundary.happening.type === 'EXIT') {
    if (newest?.exit === null) newest.exit = boundary;
    else runs.push({ openedBy: 'EXIT', openedAtMs, start: null, exit: boundary, signs: [] });
    return;
  }
  const isItsStart =
    newest?.openedBy === 'SIGN' &&
    newest.start === null &&
    newest.exit === null &&
    openedAtMs - newest.openedAtMs <= startBehindSignsMs;
  if (isItsStart) newest.start = boundary;
  else runs.push({ openedBy: 'START', openedAtMs, start: boundary, exit: null, signs: [] });
}

/** A file or an alarm belongs to the newest run, exited or not; where there was none it opens one. */
function note({ runs }: KnownTask, sign: SimulatedRelay): void {
  if (runs.length === 0) runs.push({ openedBy: 'SIGN', openedAtMs: sign.atMs, start: null, exit: null, signs: [] });
  runs.at(-1)?.signs.push(sign);
}

/** Groups of equal keys, in the order in which each key is met first; callbacks come in the order in which they happened. */
function groupsBy(
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
