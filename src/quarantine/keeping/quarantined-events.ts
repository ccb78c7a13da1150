import { setImmediate as turn } from 'node:timers/promises';
import { readArrival, signatureToleranceSeconds } from '../../callbacks/arrival.ts';
import type { EventReader, RecordedEvent } from '../../log/event-store.ts';
import { storedBytesOf, type Diagnosis } from '../quarantine.ts';

/** One event of a quarantine stream, without its content. */
interface QuarantinedEvent {
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

/** UNKNOWN: every clock that timed it was ahead. It is removed with the next event that is too old. */
type Age = 'TOO_OLD' | 'YOUNG' | 'UNKNOWN';

/**
 * Judges the ages of events, given in log order with their times of arrival. An event is never older than those before it,
 * so a clock that was slow for a while makes nothing old. A time in the future comes from a fast clock and is ignored. So
 * after the first YOUNG event all are YOUNG.
 */
export function createAgeJudge(nowMs: number, ageMaxMs: number): (timesMs: readonly number[]) => Age {
  const latestCredibleMs = nowMs + signatureToleranceSeconds * 1_000;
  let arrivedMs = -Infinity;
  return (timesMs) => {
    const credible = timesMs.filter((timeMs) => timeMs <= latestCredibleMs);
    if (credible.length === 0) return 'UNKNOWN';
    arrivedMs = Math.max(arrivedMs, ...credible);
    return arrivedMs < nowMs - ageMaxMs ? 'TOO_OLD' : 'YOUNG';
  };
}

/** The first events of one stream. */
export interface StreamBeginning {
  readonly streamName: string;
  readonly events: number;
  readonly bytes: number;
  readonly last: Pick<QuarantinedEvent, 'revision' | 'position'>;
}

/** A beginning of a stream with one more event. */
export function withNext(beginning: StreamBeginning | undefined, event: QuarantinedEvent): StreamBeginning {
  const { streamName, revision, position } = event;
  const last = { revision, position };
  return add({ streamName, events: 1, bytes: event.bytes, last }, beginning);
}

interface TooOld {
  /** What is too old, in each stream. */
  readonly beginnings: readonly StreamBeginning[];
  /** The position of the first event that is not; null if there is none. */
  readonly firstKept: bigint | null;
}

/** What is too old across all streams, given in log order: the times of one limit the ages of another. */
export async function findTooOld(
  events: AsyncIterable<QuarantinedEvent>,
  nowMs: number,
  ageMaxMs: number,
): Promise<TooOld> {
  const judge = createAgeJudge(nowMs, ageMaxMs);
  const tooOld = new Map<string, StreamBeginning>();
  /** Events since the last one that is too old. */
  const since = new Map<string, StreamBeginning>();
  let firstKept: bigint | null = null;
  for await (const event of events) {
    const { streamName, position } = event;
    const age = judge(event.timesMs);
    if (age !== 'TOO_OLD') firstKept ??= position;
    if (age === 'YOUNG') break;
    since.set(streamName, withNext(since.get(streamName), event));
    if (age === 'UNKNOWN') continue;
    firstKept = null;
    for (const [name, more] of since) tooOld.set(name, add(more, tooOld.get(name)));
    since.clear();
  }
  return { beginnings: [...tooOld.values()], firstKept };
}

function add(more: StreamBeginning, to: StreamBeginning | undefined): StreamBeginning {
  return { ...more, events: more.events + (to?.events ?? 0), bytes: more.bytes + (to?.bytes ?? 0) };
}
