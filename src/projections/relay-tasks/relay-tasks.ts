import type { RelayCallback } from '../../domain/callback/callback.ts';
import type { RelayEvent } from '../../domain/relay-task/relay-callback.ts';
import { isOpen, openedByActivity, withBoundary, type RunBoundary } from '../../domain/relay-task/relay-runs.ts';
import { noFacts, sourceKeyOf, taskViewOf, withFacts } from '../../domain/relay-task/relay-task.ts';
import type { NewCallback, ReadModelWriter, RelayPart } from '../../read-models/read-model-writer.ts';
import type { RelayTaskToPut, StoredActivity } from '../../read-models/relay-tasks.ts';
import type { RelayTaskRow } from '../../read-models/rows.ts';
import type { ArrivedCallback, NextPlace } from '../arrived-callback.ts';
import { attributeAgain, fromTheBeginning, refoldRuns } from './refold.ts';
import { foldSignIntoRun } from './activity.ts';
import { writeTask } from './summary.ts';

/** A relay callback at its first arrival, with its place in the order of its task. */
interface ArrivedRelayCallback extends ArrivedCallback {
  readonly callback: RelayCallback;
  readonly atMs: number;
}

/**
 * Records a relay callback's first arrival and folds it into its task. In order this touches a row or two; late, what stands
 * from its moment on is folded again.
 */
export function projectRelayCallback(
  rows: ReadModelWriter,
  arrived: ArrivedCallback & { readonly callback: RelayCallback },
  row: NewCallback,
  nextPlace: NextPlace,
): void {
  const { callback, arrival } = arrived;
  const atMs = callback.occurredAtMs ?? arrival.receivedAtMs;
  const relayArrived = { atMs, ...arrived };
  const { appId, taskId } = callback;
  if (appId !== null && taskId !== null) {
    projectIntoTask(rows, relayArrived, appId, taskId, row, nextPlace);
    return;
  }
  const sourceKey =
    callback.event.type === 'TASK_EXIT' && appId !== null ? sourceKeyOf(appId, callback.sourceUrls) : null;
  insert(rows, relayArrived, row, null, sourceKey);
  if (sourceKey !== null) attributeNewExit(rows, relayArrived, sourceKey, nextPlace);
}

function projectIntoTask(
  rows: ReadModelWriter,
  arrived: ArrivedRelayCallback,
  appId: string,
  taskId: string,
  row: NewCallback,
  nextPlace: NextPlace,
): void {
  const { relay } = rows;
  const { callback, atMs, digest } = arrived;
  const known = relay.findTask(appId, taskId);
  const changed = nextPlace();
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
  insert(rows, arrived, row, task.id, null);

  const folded = foldIntoRuns(rows, task, arrived);
  writeTask(relay, folded.task, changed);

  const oldSource = known === null ? null : sourceOf(known);
  const newSource = sourceOf(task);
  const sourceChanged = oldSource !== newSource && known !== null;
  for (const source of new Set([oldSource, newSource])) {
    if (source === null) continue;
    const lastExitAtMs = relay.lastExitWithoutTaskIdAtMs(source, null);
    const standsBeforeAnExit =
      folded.boundaryAtMs !== null && lastExitAtMs !== null && folded.boundaryAtMs <= lastExitAtMs;
    if (sourceChanged && lastExitAtMs !== null) attributeAgain(rows, source, fromTheBeginning, nextPlace);
    else if (standsBeforeAnExit) attributeAgain(rows, source, folded.boundaryAtMs, nextPlace);
  }
}

interface Folded {
  readonly task: RelayTaskRow;
  /** Where runs began or ended by this callback; null where none did. */
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
      return foldSign(rows, task, { atMs: arrived.atMs, ...event });
    default:
      return foldSign(rows, task, { atMs: arrived.atMs, digest: arrived.digest, ...event });
  }
}

function foldBoundary(rows: ReadModelWriter, task: RelayTaskRow, boundary: RunBoundary): Folded {
  const { atMs, kind } = boundary;
  const afterBoundaries = task.lastBoundaryAtMs === null || atMs > task.lastBoundaryAtMs;
  // The end of an open run moves no file; the beginning of a run takes those that stand after it.
  const beginsRun = kind === 'START' || !isOpen(task.newestRun);
  const afterSigns = !beginsRun || task.lastActivityAtMs === null || atMs > task.lastActivityAtMs;
  if (!afterBoundaries || !afterSigns) {
    return { task: { ...task, lastBoundaryAtMs: refoldRuns(rows, task.id, atMs) }, boundaryAtMs: atMs };
  }
  rows.relay.putRun(task.id, withBoundary(task.newestRun, boundary));
  return { task: { ...task, lastBoundaryAtMs: atMs }, boundaryAtMs: atMs };
}

function foldSign(rows: ReadModelWriter, task: RelayTaskRow, sign: StoredActivity['activity']): Folded {
  const { relay } = rows;
  const { atMs } = sign;
  const signed = { ...task, lastActivityAtMs: Math.max(task.lastActivityAtMs ?? atMs, atMs) };
  const run = relay.runAt(task.id, atMs);
  if (run !== null) {
    foldSignIntoRun(relay, task.id, run.number, sign);
    return { task: signed, boundaryAtMs: null };
  }
  if (task.newestRun !== null) {
    // Before everything known of this task: it may be the sign of a run of its own.
    return { task: { ...signed, lastBoundaryAtMs: refoldRuns(rows, task.id, atMs) }, boundaryAtMs: atMs };
  }
  const opened = openedByActivity(atMs);
  relay.putRun(task.id, opened);
  foldSignIntoRun(relay, task.id, opened.number, sign);
  return { task: { ...signed, lastBoundaryAtMs: atMs }, boundaryAtMs: atMs };
}

/** An exit that names no task: after everything known of its source it goes to the one task that runs; else all are decided again. */
function attributeNewExit(
  rows: ReadModelWriter,
  arrived: ArrivedRelayCallback,
  sourceKey: string,
  nextPlace: NextPlace,
): void {
  const { relay } = rows;
  const { atMs, position } = arrived;
  const lastAtMs = Math.max(
    relay.lastBoundaryOfSource(sourceKey) ?? -Infinity,
    relay.lastExitWithoutTaskIdAtMs(sourceKey, position) ?? -Infinity,
  );
  if (atMs <= lastAtMs) {
    attributeAgain(rows, sourceKey, atMs, nextPlace);
    return;
  }
  const [only, another] = relay.openTasksOfSource(sourceKey);
  if (only === undefined || another !== undefined) return;
  const task = relay.taskByRow(only);
  if (task === null || !isOpen(task.newestRun)) return;
  relay.attribute(position, only);
  const folded = foldBoundary(rows, task, toBoundary(arrived.callback.event, arrived, 'BY_SOURCE_URLS'));
  writeTask(relay, folded.task, nextPlace());
}

function insert(
  rows: ReadModelWriter,
  { callback, atMs }: ArrivedRelayCallback,
  row: NewCallback,
  taskRow: number | null,
  sourceKey: string | null,
): void {
  const { event } = callback;
  rows.insertCallback(row, {
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
  attribution: 'BY_TASK_ID' | 'BY_SOURCE_URLS',
): RunBoundary {
  const place = { atMs, occurredAtMs: callback.occurredAtMs, receivedAtMs: arrival.receivedAtMs, digest, position };
  return event.type === 'TASK_EXIT'
    ? { kind: 'EXIT', ...place, exit: event.exit, attribution }
    : { kind: 'START', ...place };
}

function sourceOf({ appId, facts }: RelayTaskRow): string | null {
  return sourceKeyOf(appId, taskViewOf(facts).sourceUrls);
}
