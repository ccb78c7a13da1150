import { orderTimeOf } from '../../domain/relay-task/relay-order.ts';
import type { ReadModelWriter } from '../../read-models/read-model-writer.ts';

/**
 * Moves the callbacks of a task that carry no time and arrived at a moment or later to where they now are in its order: after
 * what had arrived by then. To be called when the log has something that arrived earlier than they did. Returns the least order
 * time that is concerned; null if none has moved.
 */
export function moveUntimed({ relay }: ReadModelWriter, taskRow: number, receivedAtMs: number): number | null {
  let fromMs: number | null = null;
  for (const callback of relay.untimedFrom(taskRow, receivedAtMs)) {
    const { position, atMs, isActivity } = callback;
    const arrivedBeforeMs = relay.arrivedBefore(taskRow, callback.receivedAtMs, isActivity);
    const movedMs = orderTimeOf(callback, arrivedBeforeMs, isActivity);
    if (movedMs === atMs) continue;
    relay.moveTo(position, movedMs);
    fromMs = Math.min(fromMs ?? atMs, atMs, movedMs);
  }
  return fromMs;
}
