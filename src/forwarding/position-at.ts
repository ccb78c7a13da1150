import type { EventReader, RecordedEvent } from '../event-store/event-store.ts';

/**
 * The position before the first event that was recorded at this time or later; that of the last event if there is none. By
 * halving: where the store's clock was set back, it is one of several such events.
 */
export async function positionBefore(log: Pick<EventReader, 'followAll' | 'endPosition'>, recordedAtMs: number) {
  // The events after `low` are recorded later than what is before; those after `high` are late enough.
  let low = 0n;
  let high = await log.endPosition();
  while (low < high) {
    const middle = (low + high) / 2n;
    const next = await firstAfter(log, middle);
    if (next === null || next.recordedAtMs >= recordedAtMs) high = middle;
    else low = next.position;
  }
  return low;
}

async function firstAfter(log: Pick<EventReader, 'followAll'>, after: bigint): Promise<RecordedEvent | null> {
  const { signal } = new AbortController();
  for await (const { events } of log.followAll({ after, batchEventsMax: 1, signal })) return events[0] ?? null;
  return null;
}
