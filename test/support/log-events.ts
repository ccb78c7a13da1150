import { randomUUID } from 'node:crypto';
import type { EventReader, NewEvent, RecordedEvent } from '../../src/log/event-store.ts';

/** An event with a new id; values that a test does not give are short and harmless. */
export function newEvent(given: Partial<NewEvent> = {}): NewEvent {
  return { eventId: randomUUID(), type: 'Tested', data: Buffer.from('{}'), metadata: Buffer.from('{}'), ...given };
}

export function newEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, () => newEvent());
}

export function idsOf(events: readonly { readonly eventId: string }[]): string[] {
  return events.map(({ eventId }) => eventId);
}

export async function readAll<Item>(events: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** The events after a position that still exist, in log order. */
export async function readLog(
  store: Pick<EventReader, 'followAll'>,
  after: bigint | null = null,
): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  const { signal } = new AbortController();
  for await (const { events, caughtUp } of store.followAll({ after, batchEventsMax: 100, signal })) {
    all.push(...events);
    if (caughtUp) break;
  }
  return all;
}

/** Position of the last event of the log. */
export async function endOfLog(store: Pick<EventReader, 'followAll'>): Promise<bigint> {
  const last = (await readLog(store)).at(-1);
  if (last === undefined) throw new Error('The log is empty.');
  return last.position;
}
