const minuteMs = 60_000;

/** Minutes that a timeline shows at most: the first ones, in which it is decided. */
const minutesMax = 30;

/** A minute of an incident: how many of its streams ended in it, and by its end. */
export interface IncidentMinute {
  readonly atMs: number;
  readonly ended: number;
  readonly endedBefore: number;
}

/** The minutes in which streams ended, in their order. */
export function minutesOf(ends: readonly (string | null)[]): readonly IncidentMinute[] {
  const byMinute = new Map<number, number>();
  for (const at of ends) {
    if (at === null) continue;
    const atMs = Math.floor(Date.parse(at) / minuteMs) * minuteMs;
    byMinute.set(atMs, (byMinute.get(atMs) ?? 0) + 1);
  }
  let before = 0;
  return [...byMinute]
    .sort(([one], [other]) => one - other)
    .slice(0, minutesMax)
    .map(([atMs, ended]) => {
      const minute = { atMs, ended, endedBefore: before };
      before += ended;
      return minute;
    });
}
