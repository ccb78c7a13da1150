import type { AroundFragment, SessionRowFragment, StreamSessionFilter } from '../../api/operations.generated.ts';
import type { TimeSpan } from '../../format/slots.ts';
import { toneOfSide } from '../../parts/tones.ts';
import { streamKey } from '../live/live-rows.ts';

const hourMs = 3_600_000;

/** Milliseconds before and after a time in which the pushes around a gap are looked for: of all streams, or of those that the text names. */
export const gapSearchedMs = { all: hourMs, named: 24 * hourMs } as const;

/** A stream that was not pushed at a time: its push before, and the one after, if there is one. */
export interface Missing {
  readonly before: SessionRowFragment;
  readonly after: AroundFragment | null;
  readonly gapMs: number | null;
}

const iso = (ms: number) => new Date(ms).toISOString();

/** What to ask for: pushes that ended shortly before the end of a time, that began after its beginning, and that went on during it. */
export function aroundFilters({ fromMs, toMs }: TimeSpan, searchedMs: number, within: StreamSessionFilter) {
  const and = (filter: StreamSessionFilter): StreamSessionFilter => ({ and: [within, filter] });
  return {
    ended: and({ endedAt: { gte: iso(fromMs - searchedMs), lt: iso(toMs) } }),
    next: and({ startedAt: { gt: iso(fromMs), lte: iso(toMs + searchedMs) } }),
    there: and({ liveAt: iso(fromMs), startedAt: { gte: iso(fromMs - searchedMs) } }),
  };
}

/**
 * The streams with a gap between two pushes at some moment of a time, the latest end first. A stream that did not come
 * back is missing only if a fault ended its push, or nobody knows what did.
 */
export function missingOf(
  { fromMs }: TimeSpan,
  ended: readonly SessionRowFragment[],
  around: readonly AroundFragment[],
): readonly Missing[] {
  const newest = new Map<string, SessionRowFragment>();
  for (const row of ended) {
    const key = streamKey(row);
    if ((newest.get(key)?.endedAt ?? '') < (row.endedAt ?? '')) newest.set(key, row);
  }
  const others = new Map<string, AroundFragment[]>();
  for (const row of around) others.set(streamKey(row), [...(others.get(streamKey(row)) ?? []), row]);
  return [...newest].flatMap(([key, before]) => {
    const endMs = Date.parse(before.endedAt ?? '');
    const rest = (others.get(key) ?? []).filter(({ id, startedAt }) => id !== before.id && startedAt !== null);
    const began = ({ startedAt }: AroundFragment) => Date.parse(startedAt ?? '');
    // It ended within the time, and another push of the stream went on then; or the next one began before the time.
    if (rest.some((row) => began(row) <= Math.max(endMs, fromMs))) return [];
    const [after = null] = rest.toSorted((one, other) => began(one) - began(other));
    if (after === null && toneOfSide(before.endCause?.side ?? 'UNKNOWN') === 'client') return [];
    return [{ before, after, gapMs: after === null ? null : began(after) - endMs }];
  });
}
