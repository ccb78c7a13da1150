import type { Diagnosis } from '../domain/quarantine/quarantine.ts';
import { signatureToleranceSeconds } from '../domain/callback/arrival.ts';
import type { Holding } from './share.ts';

/** UNKNOWN: every clock that told of it was ahead. It goes with the next one that is too old. */
export type Age = 'TOO_OLD' | 'YOUNG' | 'UNKNOWN';

/**
 * Judges the ages of events that are given in the order of the log, each with what clocks told of its arrival. None is older
 * than those before it: a clock that was slow for a while makes nothing old. A time that is not there yet was told by a clock
 * that was fast, and says nothing. So once one is YOUNG, all that follow are.
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

/** The position before which all are too old. Of all reasons together: the times of one bound the ages of another. */
export function tooOldBefore(holdings: Iterable<Holding>, nowMs: number, ageMaxMs: number): bigint {
  const judge = createAgeJudge(nowMs, ageMaxMs);
  let beforePosition = 0n;
  for (const { position, timesMs } of holdings) {
    const age = judge(timesMs);
    if (age === 'YOUNG') break;
    if (age === 'TOO_OLD') beforePosition = position + 1n;
  }
  return beforePosition;
}

/** Our clock, and where a right `sign` proves it that of CSS: ours may be what was wrong. */
export function arrivalTimesMs(receivedAtMs: number, diagnosis: Diagnosis | undefined): readonly number[] {
  if (diagnosis?.check !== 'CLOCK' || diagnosis.secondsOff === undefined) return [receivedAtMs];
  return [receivedAtMs, receivedAtMs + diagnosis.secondsOff * 1_000];
}
