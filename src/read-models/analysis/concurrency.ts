import type { Condition, StreamSessionField } from '../listing.ts';
import type { TimeWindow } from './statistics.ts';
import { stoppedAtMs, type SessionSpan } from './session-span.ts';

/** Asks how many sessions were live, at each step of a window and within it. */
export interface ConcurrencyQuestion {
  readonly kind: 'concurrency';
  readonly condition: Condition<StreamSessionField>;
  readonly window: TimeWindow;
  readonly stepMs: number;
}

/** The window ends at the latest when it was answered; points are for that part alone. */
export interface ConcurrencyAnswer {
  readonly window: TimeWindow;
  readonly points: readonly ConcurrencyPoint[];
  /** The first moment at which most were live; null where no moment was asked for that has been. */
  readonly peak: { readonly atMs: number; readonly live: number } | null;
}

/** One step of a window. */
export interface ConcurrencyPoint {
  readonly atMs: number;
  /** How many were live at that moment. */
  readonly live: number;
  /** How many were at most, from then to the next point. */
  readonly most: number;
}

/**
 * Counts how many sessions were live, at the beginning of each step and within it. A session is live from its start on, and
 * no longer at the moment of its end.
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
  /** How many are live from this moment on. */
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
    // Only where one begins can there be more than before.
    for (let at = starts[begun]; at !== undefined && at < nextMs; at = starts[begun]) {
      most = Math.max(most, liveAt(at));
    }
    points.push({ atMs, live, most });
  }
  return { window, points, peak };
}

/** When sessions become live in a window, and when they no longer are, each in order. */
function changesIn({ fromMs, toMs }: TimeWindow, sessions: Iterable<SessionSpan>): [Float64Array, Float64Array] {
  const begins: number[] = [];
  const ends: number[] = [];
  for (const session of sessions) {
    if (session.startedAtMs === null) continue;
    const begunAt = Math.max(session.startedAtMs, fromMs);
    const stoppedAt = stoppedAtMs(session);
    // False also where the end is not known.
    if (begunAt >= toMs || !(stoppedAt > begunAt)) continue;
    begins.push(begunAt);
    if (stoppedAt < toMs) ends.push(stoppedAt);
  }
  return [Float64Array.from(begins).sort(), Float64Array.from(ends).sort()];
}
