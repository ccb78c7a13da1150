/** Units of durations, as keys of the translations. */
export type DurationUnit = 'd' | 'h' | 'min' | 's' | 'ms';

const unitsMs: readonly (readonly [DurationUnit, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/**
 * A duration in its two largest units, without the second if it is 0: 2 h 14 min, 45 s. Truncated, not rounded, so that
 * a minute is never shown before it is over. Less than a second is in milliseconds.
 */
export function durationParts(durationMs: number): readonly (readonly [number, DurationUnit])[] {
  const ms = Math.max(0, Math.floor(durationMs));
  const first = unitsMs.findIndex(([, unitMs]) => ms >= unitMs);
  const [name, unitMs] = unitsMs[first] ?? [];
  if (name === undefined || unitMs === undefined) return ms === 0 ? [[0, 's']] : [[ms, 'ms']];
  const whole = Math.floor(ms / unitMs);
  const [nextName, nextMs] = unitsMs[first + 1] ?? [];
  const rest = nextMs === undefined ? 0 : Math.floor((ms % unitMs) / nextMs);
  return nextName === undefined || rest === 0
    ? [[whole, name]]
    : [
        [whole, name],
        [rest, nextName],
      ];
}
