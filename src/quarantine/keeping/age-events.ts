import { signatureToleranceSeconds } from '../../callbacks/arrival.ts';
import type { QuarantinedEvent } from './quarantined-events.ts';

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

export interface TooOld {
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
