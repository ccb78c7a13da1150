import { setImmediate as turn } from 'node:timers/promises';
import { readArrival } from '../../callbacks/arrival.ts';
import { storedBytesOf } from '../quarantine-room.ts';
import type { Diagnosis } from '../quarantine.ts';
import type { EventReader, RecordedEvent } from '../../log/event-store.ts';

/** One event of a quarantine stream, without its content. */
export interface QuarantinedEvent {
  readonly streamName: string;
  readonly revision: bigint;
  readonly position: bigint;
  /** Times of arrival by the known clocks: ours, and CSS's if a right `sign` proves it. */
  readonly timesMs: readonly number[];
  readonly bytes: number;
}

/** Events read at once from one stream: thousands of streams are read side by side, and callbacks wait meanwhile. */
const pageEvents = 16;

/** The events of one stream from its beginning. Lets other work run after each page. */
export async function* readQuarantined(
  store: Pick<EventReader, 'readStream'>,
  streamName: string,
): AsyncGenerator<QuarantinedEvent> {
  let next: bigint | undefined;
  for (;;) {
    const page: QuarantinedEvent[] = [];
    for await (const event of store.readStream(streamName, next, pageEvents)) {
      page.push(toQuarantined(event));
      if (page.length === pageEvents) break;
    }
    await turn();
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageEvents) return;
    next = last.revision + 1n;
  }
}

/** The events of several streams in the order of the log. Holds one page of each. */
export async function* readInLogOrder(
  store: Pick<EventReader, 'readStream'>,
  streamNames: readonly string[],
): AsyncGenerator<QuarantinedEvent> {
  const fronts: Front[] = [];
  for (const streamName of streamNames) await advance(fronts, readQuarantined(store, streamName));
  for (let front = fronts.pop(); front !== undefined; front = fronts.pop()) {
    yield front.event;
    await advance(fronts, front.rest);
  }
}

/** The first event of a stream that was not returned yet. */
interface Front {
  readonly event: QuarantinedEvent;
  readonly rest: AsyncGenerator<QuarantinedEvent>;
}

/** Reads the next event of a stream and inserts it; the first of the log is last. */
async function advance(fronts: Front[], rest: AsyncGenerator<QuarantinedEvent>): Promise<void> {
  const next = await rest.next();
  if (next.done === true) return;
  const event = next.value;
  let [low, high] = [0, fronts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((fronts[middle]?.event.position ?? 0n) > event.position) low = middle + 1;
    else high = middle;
  }
  fronts.splice(low, 0, { event, rest });
}

function toQuarantined(event: RecordedEvent): QuarantinedEvent {
  const { streamName, revision, position, recordedAtMs, metadata } = event;
  const arrival = readArrival(metadata);
  const timesMs = arrival === null ? [recordedAtMs] : arrivalTimesMs(arrival.receivedAtMs, arrival.quarantine);
  return { streamName, revision, position, timesMs, bytes: storedBytesOf(event) };
}

/** Our clock, and CSS's if a right `sign` proves its time: ours may have been the wrong one. */
function arrivalTimesMs(receivedAtMs: number, diagnosis: Diagnosis | undefined): readonly number[] {
  if (diagnosis?.check !== 'CLOCK' || diagnosis.secondsOff === undefined) return [receivedAtMs];
  return [receivedAtMs, receivedAtMs + diagnosis.secondsOff * 1_000];
}
