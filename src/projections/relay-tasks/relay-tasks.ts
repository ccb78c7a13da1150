import type { RelayCallback } from '../../domain/callback/callback.ts';
import type { RelayEvent } from '../../domain/relay-task/relay-callback.ts';
import {
  isOpen,
  openedByActivity,
  withBoundary,
  type Attribution,
  type RunBoundary,
} from '../../domain/relay-task/relay-runs.ts';
import { noFacts, sourceKeyOf, taskViewOf, withFacts } from '../../domain/relay-task/relay-task.ts';
import type { ReadModelWriter, RelayPart } from '../../read-models/read-model-writer.ts';
import type { RelayTaskToPut } from '../../read-models/relay-tasks.ts';
import type { RelayTaskRow } from '../../read-models/rows.ts';
import { newCallbackOf, type ArrivedCallback } from '../arrived-callback.ts';
import { attributeAgain, fromTheBeginning, refoldRuns } from './refold.ts';
import { foldActivity, writeTask, type Activity } from './task-rows.ts';

/** A relay callback at its first arrival, with its time in the order of its task. */
interface ArrivedRelayCallback extends ArrivedCallback {
  readonly callback: RelayCallback;
  readonly atMs: number;
}

/**
 * Records a relay callback's first arrival and folds it into its task. If it is in order, this changes a row or two; if it is
 * late, everything from its time on is folded again.
 */
export function projectRelayCallback(
  rows: ReadModelWriter,
  arrivedCallback: ArrivedCallback & { readonly callback: RelayCallback },
): void {
  const { callback, arrival } = arrivedCallback;
  const arrived = { ...arrivedCallback, atMs: callback.occurredAtMs ?? arrival.receivedAtMs };
  const { appId, taskId } = callback;
  if (appId !== null && taskId !== null) {
    projectIntoTask(rows, arrived, { appId, taskId });
    return;
  }
  const isExit = callback.event.type === 'TASK_EXIT' && appId !== null;
  const sourceKey = isExit ? sourceKeyOf(appId, callback.sourceUrls) : null;
  insert(rows, arrived, null, sourceKey);
  if (sourceKey !== null) attributeNewExit(rows, arrived, sourceKey);
}

function projectIntoTask(
  rows: ReadModelWriter,
  arrived: ArrivedRelayCallback,
  { appId, taskId }: Pick<RelayTaskRow, 'appId' | 'taskId'>,
): void {
  const { relay } = rows;
  const { callback, atMs, digest, nextChange } = arrived;
  const known = relay.findTask(appId, taskId);
  const changed = nextChange();
  const before: RelayTaskToPut = known ?? {
    id: null,
    appId,
    taskId,
    facts: noFacts,
    newestRun: null,
    newestExit: null,
    firstAtMs: atMs,
    lastBoundaryAtMs: null,
    lastActivityAtMs: null,
    changed,
  };
  const facts = withFacts(before.facts, callback, atMs, digest);
  const named = { ...before, facts, firstAtMs: Math.min(before.firstAtMs, atMs) };
  const task: RelayTaskRow = { ...named, id: known?.id ?? relay.putTask(named) };
  insert(rows, arrived, task.id, null);

  const folded = foldIntoRuns(rows, task, arrived);
  writeTask(relay, folded.task, changed);

  const oldSource = known === null ? null : sourceOf(known);
  const newSource = sourceOf(task);
  const sourceChanged = oldSource !== newSource && known !== null;
  for (const source of new Set([oldSource, newSource])) {
    if (source === null) continue;
    const lastExitAtMs = relay.lastExitWithoutTaskIdAtMs(source, null);
    if (lastExitAtMs === null) continue;
    const { boundaryAtMs } = folded;
    if (sourceChanged) attributeAgain(rows, source, fromTheBeginning, nextChange);
    else if (boundaryAtMs !== null && boundaryAtMs <= lastExitAtMs) {
      attributeAgain(rows, source, boundaryAtMs, nextChange);
    }
  }
}

interface Folded {
  readonly task: RelayTaskRow;
  /** The time from which on the callback changed runs; null if it changed none. */
  readonly boundaryAtMs: number | null;
}

function foldIntoRuns(rows: ReadModelWriter, task: RelayTaskRow, arrived: ArrivedRelayCallback): Folded {
  const { event } = arrived.callback;
  switch (event.type) {
    case 'TASK_START':
    case 'TASK_EXIT':
      return foldBoundary(rows, task, toBoundary(event, arrived, 'BY_TASK_ID'));
    case 'OTHER':
      return { task, boundaryAtMs: null };
    case 'ALARM':
      return foldActivityOfTask(rows, task, { atMs: arrived.atMs, ...event });
    default:
      return foldActivityOfTask(rows, task, { atMs: arrived.atMs, digest: arrived.digest, ...event });
  }
}

function foldBoundary(rows: ReadModelWriter, task: RelayTaskRow, boundary: RunBoundary): Folded {
  const { atMs, kind } = boundary;
  const isAfterBoundaries = task.lastBoundaryAtMs === null || atMs > task.lastBoundaryAtMs;
  // The end of an open run reassigns no file; the beginning of a run gets those that come after it.
  const beginsRun = kind === 'START' || !isOpen(task.newestRun);
  const isAfterActivity = !beginsRun || task.lastActivityAtMs === null || atMs > task.lastActivityAtMs;
  if (!isAfterBoundaries || !isAfterActivity) {
    return { task: { ...task, lastBoundaryAtMs: refoldRuns(rows, task.id, atMs) }, boundaryAtMs: atMs };
  }
  rows.relay.putRun(task.id, withBoundary(task.newestRun, boundary));
  return { task: { ...task, lastBoundaryAtMs: atMs }, boundaryAtMs: atMs };
}

function foldActivityOfTask(rows: ReadModelWriter, task: RelayTaskRow, activity: Activity): Folded {
  const { relay } = rows;
  const { atMs } = activity;
  const active = { ...task, lastActivityAtMs: Math.max(task.lastActivityAtMs ?? atMs, atMs) };
  const run = relay.runAt(task.id, atMs);
  if (run !== null) {
    foldActivity(relay, task.id, run.number, activity);
    return { task: active, boundaryAtMs: null };
  }
  if (task.newestRun !== null) {
    // Before everything known of this task: it may open a run of its own.
    return { task: { ...active, lastBoundaryAtMs: refoldRuns(rows, task.id, atMs) }, boundaryAtMs: atMs };
  }
  const opened = openedByActivity(atMs);
  relay.putRun(task.id, opened);
  foldActivity(relay, task.id, opened.number, activity);
  return { task: { ...active, lastBoundaryAtMs: atMs }, boundaryAtMs: atMs };
}

/**
 * An exit that names no task. After everything known of its source it belongs to the one task that is running; otherwise all
 * exits from then on are attributed again.
 */
function attributeNewExit(rows: ReadModelWriter, arrived: ArrivedRelayCallback, sourceKey: string): void {
  const { relay } = rows;
  const { atMs, position, nextChange } = arrived;
  const lastAtMs = Math.max(
    relay.lastBoundaryOfSource(sourceKey) ?? -Infinity,
    relay.lastExitWithoutTaskIdAtMs(sourceKey, position) ?? -Infinity,
  );
  if (atMs <= lastAtMs) {
    attributeAgain(rows, sourceKey, atMs, nextChange);
    return;
  }
  const [only, another] = relay.openTasksOfSource(sourceKey);
  if (only === undefined || another !== undefined) return;
  const task = relay.taskByRow(only);
  if (task === null || !isOpen(task.newestRun)) return;
  relay.attribute(position, only);
  const folded = foldBoundary(rows, task, toBoundary(arrived.callback.event, arrived, 'BY_SOURCE_URLS'));
  writeTask(relay, folded.task, nextChange());
}

function insert(
  rows: ReadModelWriter,
  arrived: ArrivedRelayCallback,
  taskRow: number | null,
  sourceKey: string | null,
): void {
  const { atMs, callback } = arrived;
  const { event } = callback;
  rows.insertCallback(newCallbackOf(arrived), {
    sessionId: null,
    taskRow,
    attribution: taskRow === null ? null : 'BY_TASK_ID',
    relay: { kind: kindOf(event), atMs, event, sourceKey },
  });
}

function kindOf({ type }: RelayEvent): RelayPart['kind'] {
  if (type === 'TASK_START' || type === 'TASK_EXIT') return 'BOUNDARY';
  return type === 'OTHER' ? 'OTHER' : 'SIGN';
}

function toBoundary(
  event: RelayEvent,
  { callback, arrival, atMs, digest, position }: ArrivedRelayCallback,
  attribution: Attribution,
): RunBoundary {
  const order = { atMs, occurredAtMs: callback.occurredAtMs, receivedAtMs: arrival.receivedAtMs, digest, position };
  return event.type === 'TASK_EXIT'
    ? { kind: 'EXIT', ...order, exit: event.exit, attribution }
    : { kind: 'START', ...order };
}

function sourceOf({ appId, facts }: RelayTaskRow): string | null {
  return sourceKeyOf(appId, taskViewOf(facts).sourceUrls);
}
