import type { Clock } from '../../kernel/clock.ts';
import { presentRateMs } from '../quarantine-room.ts';

/** How fast something grows at present. */
export interface Growth {
  add(bytes: number): void;
  bytesPerSecond(): number;
}

/** Bytes per second below which nothing grows: a callback in hours. */
const bytesPerSecondLeast = 0.1;

/** An average in which the last minutes count most. `elapsedMs`: a monotonic clock. */
export function createGrowth(elapsedMs: Clock): Growth {
  const begunMs = elapsedMs();
  let atMs = begunMs;
  let weighted = 0;
  const decay = () => {
    const nowMs = elapsedMs();
    weighted *= Math.exp((atMs - nowMs) / presentRateMs);
    atMs = nowMs;
  };
  return {
    add(bytes) {
      decay();
      weighted += bytes;
    },
    bytesPerSecond() {
      decay();
      // All weights since the beginning, so that the first minutes are not underestimated; at least those of a second.
      const passedMs = Math.max(1_000, atMs - begunMs);
      const weights = presentRateMs * (1 - Math.exp(-passedMs / presentRateMs));
      const rate = (weighted / weights) * 1_000;
      return rate < bytesPerSecondLeast ? 0 : rate;
    },
  };
}
