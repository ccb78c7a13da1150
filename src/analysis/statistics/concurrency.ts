import type { Condition } from '../../lists/listing.ts';
import type { StreamSessionField } from '../../sessions/stream-session-fields.ts';
import type { TimeWindow } from './statistics.ts';
import { stoppedAtMs, type SessionSpan } from '../session-span.ts';

/** Asks how many sessions were live at each step of a window, and within it. */
export interface ConcurrencyQuestion {
  readonly kind: 'concurrency';
  readonly condition: Condition<StreamSessionField>;
  readonly window: TimeWindow;
  readonly stepMs: number;
}

/** The window ends no later than the answer was made; points cover only that part. */
export interface ConcurrencyAnswer {
  readonly window: TimeWindow;
  readonly points: readonly ConcurrencyPoint[];
  /** The first moment at which the most sessions were live; null if the whole window is in the future. */
  readonly peak: { readonly atMs: number; readonly live: number } | null;
}

/** One step of a window. */
export interface ConcurrencyPoint {
  readonly atMs: number;
  /** How many sessions were live at that moment. */
  readonly live: number;
  /** The most sessions live at once, from then to the next point. */
  readonly most: number;
}

/**
 * Counts how many sessions were live at the beginning of each step, and within it. A session is live from its start
 * until just before its end.
 */
export function countConcurrency(
  { window, stepMs }: Pick<ConcurrencyQuestion, 'window' | 'stepMs'>,
  sessions: Iterable<SessionSpan>,
): ConcurrencyAnswer {
  const { fromMs, toMs } = window;
  const [starts, stops] = changesIn(window, sessions);
  const points: ConcurrencyPoint[] = [];
  let [begun, stopped] = [0, 0];
  let peak: ConcurrencyAnswer['peak'] = null;
  /** Counts the sessions live at a moment. Moments must ascend. */
  const liveAt = (atMs: number) => {
    while (begun < starts.length && (starts[begun] ?? 0) <= atMs) begun += 1;
    while (stopped < stops.length && (stops[stopped] ?? 0) <= atMs) stopped += 1;
    const live = begun - stopped;
    if (peak === null || live > peak.live) peak = { atMs, live };
    return live;
  };
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) {
    const live = liveAt(atMs);
    const nextMs = Math.min(atMs + stepMs, toMs);
    let most = live;
    // The count can only rise when a session begins.
    for (let at = starts[begun]; at !== undefined && at < nextMs; at = starts[begun]) {
      most = Math.max(most, liveAt(at));
    }
    points.push({ atMs, live, most });
  }
  return { window, points, peak };
}

/** When sessions become live in a window and when they stop, each list in order. */
function changesIn({ fromMs, toMs }: TimeWindow, sessions: Iterable<SessionSpan>): [Float64Array, Float64Array] {
  const begins: number[] = [];
  const ends: number[] = [];
  for (const session of sessions) {
    if (session.startedAtMs === null) continue;
    const begunAt = Math.max(session.startedAtMs, fromMs);
    const stoppedAt = stoppedAtMs(session);
    // False also if the end is unknown (NaN).
    if (begunAt >= toMs || !(stoppedAt > begunAt)) continue;
    begins.push(begunAt);
    if (stoppedAt < toMs) ends.push(stoppedAt);
  }
  return [Float64Array.from(begins).sort(), Float64Array.from(ends).sort()];
}
