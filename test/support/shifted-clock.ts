import type { TestArrival } from './ledger.ts';

/** Milliseconds within a second that only times of our clock have: CSS's are whole seconds, or a few milliseconds later. */
const oursMs = 500;

/** The arrivals as a receiver would have recorded them whose clock differs by `shiftMs`, in whole seconds. */
export function receivedWithShift(arrivals: readonly TestArrival[], shiftMs: number): TestArrival[] {
  return arrivals.map((arrival) => ({
    ...arrival,
    receivedAtMs: Math.floor(arrival.receivedAtMs / 1_000) * 1_000 + oursMs + shiftMs,
  }));
}

/** Any plain value, with its times of our clock as they would be without the shift. */
export function withoutShift(value: unknown, shiftMs: number): unknown {
  if (typeof value === 'number') return isOurs(value) ? value - shiftMs : value;
  if (Array.isArray(value)) return value.map((one) => withoutShift(one, shiftMs));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutShift(one, shiftMs)]));
}

function isOurs(value: number): boolean {
  return Math.abs(value) > 1e11 && ((value % 1_000) + 1_000) % 1_000 === oursMs;
}
