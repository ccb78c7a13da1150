import type { RelayCallback } from '../callbacks/callback.ts';
import { orderTimeOf } from './relay-runs.ts';
import type { KnownCallback, ReadModelWriter } from '../projecting/read-model-writer.ts';
import type { ArrivedCallback } from '../projecting/arrived-callback.ts';
import { allExitsOf, attributeAgain } from './attribution-projection.ts';
import { moveUntimed, refoldRuns, writeTask, type Changed } from './refold-projection.ts';
import { sourceOfExit } from './relay-task-projection.ts';

/** A relay callback with a newly found arrival that is earlier than all known ones. */
export interface EarlierArrival extends ArrivedCallback {
  readonly callback: RelayCallback;
}

/** Refolds what an earlier arrival changes: callbacks without a time may move in the order. */
export function projectEarlierArrival(rows: ReadModelWriter, known: KnownCallback, arrived: EarlierArrival): void {
  const sourceKey = sourceOfExit(arrived.callback);
  if (sourceKey !== null) {
    arrivedEarlierAsExit(rows, known, { ...arrived, sourceKey });
  } else if (known.taskRow !== null && known.atMs !== null) {
    arrivedEarlierInTask(rows, arrived, { taskRow: known.taskRow, atMs: known.atMs });
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
  { callback, arrival, nextChange }: EarlierArrival,
  { taskRow, atMs }: { readonly taskRow: number; readonly atMs: number },
): void {
  const { relay } = rows;
  const movedFromMs = moveUntimed(rows, taskRow, arrival.receivedAtMs);
  const fromMs = Math.min(atMs, movedFromMs ?? atMs);
  const isMoved = movedFromMs !== null || callback.occurredAtMs === null;
  const changed = isMoved ? { changedUntilMs: Infinity, activityMoved: true } : {};
  refoldTask(rows, nextChange, { taskRow, fromMs, ...changed });
  const sourceKeys = new Set([
    relay.sourceOf(taskRow, fromMs, false),
    ...relay.sourcesBetween(taskRow, fromMs, Number.MAX_SAFE_INTEGER),
    ...relay.sourcesOfUntimedExits(taskRow, arrival.receivedAtMs),
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
