import type { Clock } from '../kernel/clock.ts';
import type { ShareBounds } from './bounds.ts';

/** One event that stands in a quarantine stream. */
export interface Holding {
  readonly revision: bigint;
  readonly position: bigint;
  /** What clocks told of its arrival. */
  readonly timesMs: readonly number[];
  readonly bytes: number;
}

/** What one reason of quarantine holds, and may still take. Kept in memory; the bound on events bounds it. */
export interface QuarantineShare {
  /** Takes room for an event before it is appended. False where the share or the rate is used up. */
  reserve(bytes: number): boolean;
  /** Gives the room back: the append failed. */
  cancel(bytes: number): void;
  /** The append succeeded: the room is its. */
  hold(holding: Holding): void;
  /** In the order of the stream. */
  holdings(): readonly Holding[];
  /** These were removed from the stream. */
  forgetBefore(revision: bigint): void;
  /** Held and reserved. */
  usage(): { readonly events: number; readonly bytes: number };
  /** Whether more than half of it is in use. */
  isFilling(): boolean;
}

/** `present`: what the stream holds at the start, in its order; it is not asked of the rate. */
export function createQuarantineShare(bounds: ShareBounds, clock: Clock, present: readonly Holding[]): QuarantineShare {
  let held = [...present];
  let events = held.length;
  let bytesInUse = sumOf(held);
  const takeFromRate = createTokenBucket(bounds.eventsPerMinuteMax, clock);

  return {
    reserve(bytes) {
      // The share first: what it refuses anyway must not use up the rate.
      if (events + 1 > bounds.eventsMax || bytesInUse + bytes > bounds.bytesMax) return false;
      if (!takeFromRate()) return false;
      events += 1;
      bytesInUse += bytes;
      return true;
    },
    cancel(bytes) {
      events -= 1;
      bytesInUse -= bytes;
    },
    hold: (holding) => void held.push(holding),
    holdings: () => held,
    forgetBefore(revision) {
      const gone = held.filter((holding) => holding.revision < revision);
      held = held.filter((holding) => holding.revision >= revision);
      events -= gone.length;
      bytesInUse -= sumOf(gone);
    },
    usage: () => ({ events, bytes: bytesInUse }),
    isFilling: () => events * 2 > bounds.eventsMax || bytesInUse * 2 > bounds.bytesMax,
  };
}

/** True for as many calls a minute, spread or at once. */
function createTokenBucket(perMinuteMax: number, clock: Clock): () => boolean {
  let tokens = perMinuteMax;
  let filledAtMs = clock();
  return () => {
    const nowMs = clock();
    // A clock that is set back gives nothing, and costs nothing.
    const passedMs = Math.max(0, nowMs - filledAtMs);
    tokens = Math.min(perMinuteMax, tokens + (passedMs * perMinuteMax) / 60_000);
    filledAtMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

function sumOf(holdings: readonly Holding[]): number {
  return holdings.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What several shares hold, each in the order of its stream, in the order of the log. */
export function* inOrderOfLog(streams: readonly (readonly Holding[])[]): Generator<Holding> {
  const next = streams.map(() => 0);
  for (;;) {
    let first: Holding | undefined;
    let from = 0;
    streams.forEach((holdings, stream) => {
      const holding = holdings[next[stream] ?? 0];
      if (holding !== undefined && (first === undefined || holding.position < first.position)) {
        first = holding;
        from = stream;
      }
    });
    if (first === undefined) return;
    next[from] = (next[from] ?? 0) + 1;
    yield first;
  }
}
