import type { EndSide } from '../../api/operations.generated.ts';
import { endTones, toneOfSide, type Tone } from '../../parts/tones.ts';
import type { TimeSpan } from '../../format/slots.ts';

/** How many pushes a side ended. */
export interface SideCount {
  readonly side: EndSide;
  readonly sessions: number;
}

/** Sides of the same tone are adjacent, always in this order. */
const sides: readonly EndSide[] = [
  'CLIENT',
  'OPERATOR',
  'TAKEOVER',
  'NETWORK',
  'PLATFORM',
  'CONFIGURATION',
  'AUTH',
  'UNKNOWN',
];

/** Each side that ended a push, with its share of all, from 0 to 1, and the total share of the sides before it. */
export function sharesOf(counts: readonly SideCount[]) {
  const all = counts.reduce((sum, { sessions }) => sum + sessions, 0);
  let before = 0;
  return sides.flatMap((side) => {
    const sessions = counts.find((count) => count.side === side)?.sessions ?? 0;
    if (sessions === 0) return [];
    const share = { side, sessions, share: sessions / all, before: before / all };
    before += sessions;
    return [share];
  });
}

interface TimeRow {
  readonly from: string;
  readonly ended: number;
  readonly pushedMs: number;
  readonly interruptions: readonly SideCount[];
}

function endedBy(counts: readonly SideCount[], tones: readonly Tone[]): number {
  return counts.reduce((sum, { side, sessions }) => sum + (tones.includes(toneOfSide(side)) ? sessions : 0), 0);
}

/**
 * One bar for each slot, even if nothing ended in it: how many ended in all, by tone and by the tones below, and how
 * long streams were pushed.
 */
export function timeBarsOf(slots: readonly TimeSpan[], rows: readonly TimeRow[]) {
  return slots.map((slot) => {
    const within = rows.filter(({ from }) => Date.parse(from) >= slot.fromMs && Date.parse(from) < slot.toMs);
    const counts = within.flatMap(({ interruptions }) => interruptions);
    const byTone = endTones.map((tone, index) => ({
      tone,
      sessions: endedBy(counts, [tone]),
      below: endedBy(counts, endTones.slice(0, index)),
    }));
    const sum = (of: (row: TimeRow) => number) => within.reduce((all, row) => all + of(row), 0);
    return { slot, ended: sum(({ ended }) => ended), pushedMs: sum(({ pushedMs }) => pushedMs), byTone };
  });
}

export type TimeBar = ReturnType<typeof timeBarsOf>[number];
