import type { ConcurrencyAnswer, ConcurrencyPoint, TimeWindow } from './questions.ts';
import { stoppedAtMs, type SessionSpan } from './session-span.ts';

/** Counts how many sessions were live. A session is live from its start on, and no longer at the moment of its end. */
export interface ConcurrencyCount {
  add(session: SessionSpan): void;
  answer(): ConcurrencyAnswer;
}

/** Counts sessions in any order; the answer has a point at the beginning of each step. */
export function countConcurrency(window: TimeWindow, stepMs: number): ConcurrencyCount {
  const { fromMs, toMs } = window;
  const begins: number[] = [];
  const ends: number[] = [];
  return {
    add(session) {
      if (session.startedAtMs === null) return;
      const begunAt = Math.max(session.startedAtMs, fromMs);
      const stoppedAt = stoppedAtMs(session);
      // False also where the end is not known.
      if (begunAt >= toMs || !(stoppedAt > begunAt)) return;
      begins.push(begunAt);
      if (stoppedAt < toMs) ends.push(stoppedAt);
    },
    answer() {
      const [starts, stops] = [Float64Array.from(begins).sort(), Float64Array.from(ends).sort()];
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
    },
  };
}
