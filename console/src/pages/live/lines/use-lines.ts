import type { TimeSpan } from '../../../format/slots.ts';
import type { MissedPart } from '../../../parts/notices.tsx';
import { t } from '../../../translations/translate.ts';
import type { StreamKeyParts } from '../live-rows.ts';
import { useNotBack } from '../not-back/use-not-back.ts';
import { useRelaysNotBack } from '../not-back/use-relays-not-back.ts';
import { useRefusedLately, type RefusedLately } from '../refused/use-refused-lately.ts';
import { useEndedLately, type Ended } from '../use-ended-lately.ts';

/** Milliseconds within which a stream that a fault ended is said not to be back: the hours of the chart. */
const notBackMs = 10_800_000;

/** What the lines above the list say. */
export interface Lines {
  readonly ended: Ended | undefined;
  readonly refused: RefusedLately | null;
  readonly notBack: { readonly count: number; readonly faults: number; readonly isCut: boolean };
  /** Relay tasks that failed in this time and do not run again. */
  readonly relays: TimeSpan & { readonly count: number };
}

/**
 * What has happened lately, and what of it could not be loaded.
 *
 * @param left - grows with each push that ends
 */
export function useLines(live: ReadonlyMap<string, StreamKeyParts>, left: number) {
  const ended = useEndedLately(left);
  const refused = useRefusedLately();
  const notBack = useNotBack(notBackMs, live, left);
  const relays = useRelaysNotBack(notBackMs);
  const lines: Lines = {
    ended: ended.ended,
    refused: refused.refused,
    notBack: { count: notBack.rows?.length ?? 0, faults: notBack.faults, isCut: notBack.isCut },
    relays: { count: relays.count, ...relays.span },
  };
  const parts: readonly MissedPart[] = [
    { what: t('live.endedMissed'), error: ended.error, retry: ended.refetch },
    { what: t('refused.title'), error: refused.error, retry: refused.refetch },
    { what: t('notBack.streams'), error: notBack.error, retry: notBack.refetch },
    { what: t('nav.relays'), error: relays.error, retry: relays.refetch },
  ];
  return { lines, missed: parts.filter(({ error }) => error !== null) };
}
