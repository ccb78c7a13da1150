import { namesOf } from '../callbacks/callback.ts';
import type { RelayCallback } from '../callbacks/types/relay.ts';
import { newCallbackOf, type ArrivedCallback } from '../projecting/arrived-callback.ts';
import type { KnownCallback, RelayPart } from '../callbacks/callback-fields.ts';
import type { ReadModelWriter } from '../projecting/file/read-model-writer.ts';
import type { RelayTaskRow, MomentRange, RelayTaskToPut } from './relay-task-rows.ts';
import { allExitsOf, attributeAgain, attributeNew, changedSources } from './attribution-projection.ts';
import { foldActivity, moveUntimed, refoldRuns, writeTask, type Activity, type Changed } from './refold-projection.ts';
import type { RelayEvent } from './relay-callback.ts';
import {
  isOpen,
  isOpenedByActivity,
  openedByActivity,
  orderPointOf,
  orderTimeOf,
  withBoundary,
  type RelayTimes,
  type RunBoundary,
} from './relay-runs.ts';
import { noFacts, sourceKeyOf, withEarlierArrival, withFacts } from './relay-task.ts';

/** A relay callback at its first arrival, with its time in the order of its task. */
interface ArrivedRelayCallback extends ArrivedCallback {
  readonly callback: RelayCallback;
  readonly times: RelayTimes;
  /** Its order time. */
  readonly atMs: number;
}

/**
 * Records a relay callback's first arrival and folds it into its task. In order, this changes a row or two. If the
 * callback is late, everything from its time on is refolded.
 */
export function projectRelayCallback(
  rows: ReadModelWriter,
  arrivedCallback: ArrivedCallback & { readonly callback: RelayCallback },
): void {
  const { callback, arrival } = arrivedCallback;
  const times = { occurredAtMs: callback.occurredAtMs, receivedAtMs: arrival.receivedAtMs };
  const { appId, taskId } = callback;
  if (appId !== null && taskId !== null) {
    const known = rows.relay.findTask(appId, taskId);
    const isActivity = kindOf(callback.event) === 'SIGN';
    const arrivedBeforeMs =
      known === null || times.occurredAtMs !== null
        ? null
        : rows.relay.arrivedBefore(known.id, times.receivedAtMs, isActivity);
    const atMs = orderTimeOf(times, arrivedBeforeMs, isActivity);
    projectIntoTask(rows, { ...arrivedCallback, times, atMs }, { appId, taskId, known });
    return;
  }
  const arrived = { ...arrivedCallback, times, atMs: orderTimeOf(times, null, false) };
  const sourceKey = sourceOfExit(callback);
  insert(rows, arrived, null, { namedSource: null, sourceKey });
  if (sourceKey !== null) {
    attributeNew(rows, sourceKey, { ...times, atMs: arrived.atMs }, arrived.nextChange);
  }
}

function projectIntoTask(
  rows: ReadModelWriter,
  arrived: ArrivedRelayCallback,
  { appId, taskId, known }: Pick<RelayTaskRow, 'appId' | 'taskId'> & { readonly known: RelayTaskRow | null },
): void {
  const { relay } = rows;
  const { callback, times, atMs, digest, nextChange } = arrived;
  const changed = nextChange();
  const before: RelayTaskToPut = known ?? {
    id: null,
    appId,
    taskId,
    facts: noFacts,
    newestRun: null,
    newestExit: null,
    firstOccurredAtMs: null,
    firstReceivedAtMs: times.receivedAtMs,
    lastBoundaryAtMs: null,
    lastActivityAtMs: null,
    lastUntimedAtMs: null,
    changed,
  };
  const named = {
    ...before,
    facts: withFacts(before.facts, callback, times, digest),
    firstOccurredAtMs: earlierOf(before.firstOccurredAtMs, times.occurredAtMs),
    firstReceivedAtMs: Math.min(before.firstReceivedAtMs, times.receivedAtMs),
  };
  const task: RelayTaskRow = { ...named, id: known?.id ?? relay.putTask(named) };
  const namedSource = sourceKeyOf(appId, callback.sourceUrls);
  const sourceBefore = known === null ? null : relay.sourceOf(known.id, atMs, true);
  if (namedSource !== null && namedSource !== sourceBefore) relay.putSourceOfTask(namedSource, task.id);
  const beginsTimes = known !== null && carriesFirstTime(known, arrived);
  insert(rows, arrived, task.id, { namedSource, sourceKey: null });

  const folded = foldInOrder(rows, task, arrived);
  writeTask(relay, folded.task, changed);

  const { refolded } = folded;
  const change = { task: folded.task, times, atMs, event: callback.event.type, refolded, beginsTimes };
  for (const changed of changedSources(relay, change, { named: namedSource, before: sourceBefore })) {
    attributeAgain(rows, changed, nextChange);
  }
}

function earlierOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/** Whether this callback is the first of the task that carries a time. Order times below 0 come from arrival times. */
function carriesFirstTime(
  { lastBoundaryAtMs, lastActivityAtMs, lastUntimedAtMs }: RelayTaskRow,
  { callback, times }: ArrivedRelayCallback,
): boolean {
  const hadTimes = (lastBoundaryAtMs ?? 0) > 0 || (lastActivityAtMs ?? 0) > 0;
  return kindOf(callback.event) !== 'OTHER' && times.occurredAtMs !== null && lastUntimedAtMs !== null && !hadTimes;
}

/** Folds a callback. Then moves callbacks without a time that precede it in the log but arrived after it. */
function foldInOrder(rows: ReadModelWriter, task: RelayTaskRow, arrived: ArrivedRelayCallback): Folded {
  const { occurredAtMs, receivedAtMs } = arrived.times;
  const { lastUntimedAtMs } = task;
  const lastMs = occurredAtMs === null ? Math.max(lastUntimedAtMs ?? -Infinity, receivedAtMs) : lastUntimedAtMs;
  const folded = foldIntoRuns(rows, { ...task, lastUntimedAtMs: lastMs }, arrived);
  const movedFromMs =
    lastUntimedAtMs === null || lastUntimedAtMs < receivedAtMs ? null : moveUntimed(rows, task.id, receivedAtMs);
  if (movedFromMs === null) return folded;
  const lastActivityAtMs = rows.relay.lastActivityAtMs(task.id);
  const changed = { changedUntilMs: Infinity, activityMoved: true };
  const { lastBoundaryAtMs } = refoldRuns(rows, task.id, movedFromMs, changed);
  const moved = { ...folded.task, lastActivityAtMs, lastBoundaryAtMs };
  return {
    task: moved,
    refolded: { fromMs: Math.min(folded.refolded?.fromMs ?? movedFromMs, movedFromMs), untilMs: Infinity },
  };
}

/** The key that relates an exit to tasks that it does not name; null for all other callbacks. */
function sourceOfExit({ appId, taskId, event, sourceUrls }: RelayCallback): string | null {
  return appId !== null && taskId === null && event.type === 'TASK_EXIT' ? sourceKeyOf(appId, sourceUrls) : null;
}

interface Folded {
  readonly task: RelayTaskRow;
  /** The range in which the callback changed runs; null if it changed none. */
  readonly refolded: MomentRange | null;
}

function foldIntoRuns(rows: ReadModelWriter, task: RelayTaskRow, arrived: ArrivedRelayCallback): Folded {
  const { event } = arrived.callback;
  switch (event.type) {
    case 'TASK_START':
    case 'TASK_EXIT':
      return foldBoundary(rows, task, toBoundary(event, arrived));
    case 'OTHER':
      return { task, refolded: null };
    case 'ALARM':
      return foldActivityOfTask(rows, task, arrived, { at: orderPointOf(arrived.atMs, arrived.times), ...event });
    default: {
      const { atMs, times, digest } = arrived;
      return foldActivityOfTask(rows, task, arrived, { at: orderPointOf(atMs, times), digest, ...event });
    }
  }
}

function foldBoundary(rows: ReadModelWriter, task: RelayTaskRow, boundary: RunBoundary): Folded {
  const { atMs, kind } = boundary;
  const isAfterBoundaries = task.lastBoundaryAtMs === null || atMs > task.lastBoundaryAtMs;
  // The end of an open run reassigns no files. A run that begins takes over the files after its start.
  const beginsRun = kind === 'START' || !isOpen(task.newestRun);
  const isAfterActivity = !beginsRun || task.lastActivityAtMs === null || atMs > task.lastActivityAtMs;
  if (!isAfterBoundaries || !isAfterActivity) {
    return foldLate(rows, task, atMs);
  }
  rows.relay.putRun(task.id, withBoundary(task.newestRun, boundary));
  return { task: { ...task, lastBoundaryAtMs: atMs }, refolded: { fromMs: atMs, untilMs: Infinity } };
}

function foldActivityOfTask(
  rows: ReadModelWriter,
  task: RelayTaskRow,
  { atMs, times }: ArrivedRelayCallback,
  activity: Activity,
): Folded {
  const { relay } = rows;
  const active = { ...task, lastActivityAtMs: Math.max(task.lastActivityAtMs ?? atMs, atMs) };
  const run = relay.runAt(task.id, atMs);
  if (run !== null) {
    foldActivity(relay, task.id, run, activity);
    // If several activities share the moment in which the run begins, the first to arrive opened it.
    const opensRun = isOpenedByActivity(run) && run.openedAtMs === atMs;
    if (opensRun && times.receivedAtMs < run.opened.receivedAtMs) refoldRuns(rows, task.id, atMs);
    // As the task's first activity it opens a run that another exit of this moment, which names no task, may have
    // ended.
    const mayShowRun = run.openedAtMs === atMs && relay.runBefore(task.id, atMs) === null;
    return { task: active, refolded: mayShowRun ? { fromMs: atMs, untilMs: atMs } : null };
  }
  if (task.newestRun !== null) {
    // The activity is earlier than everything known of this task, so it may open another run.
    return foldLate(rows, active, atMs);
  }
  const opened = openedByActivity({ atMs, ...times });
  relay.putRun(task.id, opened);
  foldActivity(relay, task.id, opened, activity);
  return { task: { ...active, lastBoundaryAtMs: atMs }, refolded: { fromMs: atMs, untilMs: Infinity } };
}

function foldLate(rows: ReadModelWriter, task: RelayTaskRow, atMs: number): Folded {
  const { lastBoundaryAtMs, untilMs } = refoldRuns(rows, task.id, atMs);
  return { task: { ...task, lastBoundaryAtMs }, refolded: { fromMs: atMs, untilMs } };
}

function insert(
  rows: ReadModelWriter,
  arrived: ArrivedRelayCallback,
  taskRow: number | null,
  sources: Pick<RelayPart, 'namedSource' | 'sourceKey'>,
): void {
  const { atMs, callback } = arrived;
  const { event } = callback;
  rows.callbacks.insert(newCallbackOf(arrived), {
    sessionId: null,
    taskRow,
    attribution: taskRow === null ? null : 'BY_TASK_ID',
    relay: { kind: kindOf(event), atMs, event, ...sources },
    named: taskRow === null ? namesOf(callback) : null,
  });
}

function kindOf({ type }: RelayEvent): RelayPart['kind'] {
  if (type === 'TASK_START' || type === 'TASK_EXIT') return 'BOUNDARY';
  return type === 'OTHER' ? 'OTHER' : 'SIGN';
}

function toBoundary(event: RelayEvent, { times, atMs, digest, position }: ArrivedRelayCallback): RunBoundary {
  const order = { atMs, ...times, digest, position };
  return event.type === 'TASK_EXIT'
    ? { kind: 'EXIT', ...order, exit: event.exit, attribution: 'BY_TASK_ID' }
    : { kind: 'START', ...order };
}

/** A relay callback with a newly found arrival that is earlier than all known ones. */
interface EarlierArrival extends ArrivedCallback {
  readonly callback: RelayCallback;
}

/** Refolds what an earlier arrival changes: callbacks without a time may move in the order. */
export function projectEarlierArrival(rows: ReadModelWriter, known: KnownCallback, arrived: EarlierArrival): void {
  const sourceKey = sourceOfExit(arrived.callback);
  if (sourceKey !== null) {
    arrivedEarlierAsExit(rows, known, { ...arrived, sourceKey });
  } else if (known.taskRow !== null && known.atMs !== null) {
    arrivedEarlierInTask(rows, arrived, { ...known, taskRow: known.taskRow, atMs: known.atMs });
  }
}

/** For an exit that names no task. */
function arrivedEarlierAsExit(
  rows: ReadModelWriter,
  { position, taskRow, atMs }: KnownCallback,
  { callback, arrival, nextChange, sourceKey }: EarlierArrival & { readonly sourceKey: string },
): void {
  const times = { occurredAtMs: callback.occurredAtMs, receivedAtMs: arrival.receivedAtMs };
  if (taskRow !== null && atMs !== null) refoldTask(rows, nextChange, { taskRow, fromMs: atMs });
  if (times.occurredAtMs === null) rows.relay.moveExitTo(position, orderTimeOf(times, null, false));
  attributeAgain(rows, allExitsOf(sourceKey), nextChange);
}

function arrivedEarlierInTask(
  rows: ReadModelWriter,
  { callback, digest, arrival, nextChange }: EarlierArrival,
  { taskRow, atMs, receivedAtMs: knownMs }: KnownCallback & { readonly taskRow: number; readonly atMs: number },
): void {
  const { relay } = rows;
  const { receivedAtMs } = arrival;
  const task = relay.taskByRow(taskRow);
  if (task !== null) {
    const facts = withEarlierArrival(task.facts, digest, { knownMs, receivedAtMs });
    relay.putTask({ ...task, facts, firstReceivedAtMs: Math.min(task.firstReceivedAtMs, receivedAtMs) });
  }
  const movedFromMs = moveUntimed(rows, taskRow, receivedAtMs);
  const fromMs = Math.min(atMs, movedFromMs ?? atMs);
  const isMoved = movedFromMs !== null || callback.occurredAtMs === null;
  const changed = isMoved ? { changedUntilMs: Infinity, activityMoved: true } : {};
  refoldTask(rows, nextChange, { taskRow, fromMs, ...changed });
  const sourceKeys = new Set([
    relay.sourceOf(taskRow, fromMs, false),
    ...relay.sourcesBetween(taskRow, fromMs, Number.MAX_SAFE_INTEGER),
    ...relay.sourcesOfUntimedExits(taskRow, receivedAtMs),
  ]);
  for (const sourceKey of sourceKeys) {
    if (sourceKey === null) continue;
    const exits = relay.timesOfExitsWithoutTaskId(sourceKey);
    // An exit without a time comes after everything that had arrived before it, which may now include this callback.
    if (exits !== null && (isMoved || exits.firstMs < 0)) attributeAgain(rows, allExitsOf(sourceKey), nextChange);
  }
}

function refoldTask(
  rows: ReadModelWriter,
  nextChange: ArrivedCallback['nextChange'],
  { taskRow, fromMs, ...changed }: Changed & { readonly taskRow: number; readonly fromMs: number },
): void {
  const { relay } = rows;
  const { lastBoundaryAtMs } = refoldRuns(rows, taskRow, fromMs, changed);
  const task = relay.taskByRow(taskRow);
  if (task === null) return;
  writeTask(relay, { ...task, lastBoundaryAtMs, lastActivityAtMs: relay.lastActivityAtMs(taskRow) }, nextChange());
}
