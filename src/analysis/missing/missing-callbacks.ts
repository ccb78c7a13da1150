import type { Conclusion, Sureness } from '../../kernel/sureness.ts';
import {
  sortedPage,
  type Condition,
  type Keyed,
  type SortedPage,
  type SortedPageRequest,
} from '../../lists/listing.ts';
import type { TimeWindow } from '../statistics/statistics.ts';

/** Days before the requested moment from which the habit of a domain is derived. */
export const habitDays = 14;

/** A domain that pushed on fewer of these days has no habit. */
export const habitDaysMin = 7;

/** How many times its longest pause on these days a domain must have been silent. */
export const unusualPauses = 3;

/** Milliseconds; a shorter silence never counts, whatever is usual. */
const unusualPauseMsMin = 15 * 60_000;

const dayMs = 86_400_000;

/** A push on a domain; NaN if it is unknown when it stopped. */
export interface DomainPush {
  readonly beganMs: number;
  readonly stoppedMs: number;
}

/** The silence of a domain, and its longest usual pause. */
interface DomainSilence {
  readonly sinceMs: number;
  readonly usualPauseMs: number;
}

/** The days from which habits are derived. */
export function habitWindow(toMs: number): TimeWindow {
  return { fromMs: toMs - habitDays * dayMs, toMs };
}

/**
 * The silence of a domain at the end of a window, if it is unusual: the domain pushed on at least half of the days, but
 * has not pushed for three times its longest pause between pushes. Null: the domain is not silent, or has no habit.
 */
export function silenceOf(pushes: readonly DomainPush[], { fromMs, toMs }: TimeWindow): DomainSilence | null {
  const known = pushes
    .map(({ beganMs, stoppedMs }) => ({
      beganMs: Math.max(fromMs, beganMs),
      stoppedMs: Number.isNaN(stoppedMs) ? beganMs : Math.max(beganMs, stoppedMs),
    }))
    .filter(({ beganMs, stoppedMs }) => beganMs < toMs && stoppedMs >= fromMs)
    .sort((one, other) => one.beganMs - other.beganMs);
  const days = new Set<number>();
  let sinceMs = known[0]?.beganMs ?? toMs;
  let usualPauseMs = 0;
  for (const { beganMs, stoppedMs } of known) {
    usualPauseMs = Math.max(usualPauseMs, beganMs - sinceMs);
    sinceMs = Math.max(sinceMs, stoppedMs);
    if (sinceMs >= toMs) return null;
    for (let atMs = beganMs; atMs <= stoppedMs; atMs += dayMs) days.add(Math.floor((atMs - fromMs) / dayMs));
    days.add(Math.floor((stoppedMs - fromMs) / dayMs));
  }
  if (days.size < habitDaysMin) return null;
  return toMs - sinceMs > Math.max(unusualPauses * usualPauseMs, unusualPauseMsMin) ? { sinceMs, usualPauseMs } : null;
}

/** What shows that a callback is missing. */
export const missingReasons = [
  'SUPERSEDED_WITHOUT_END',
  'END_WITHOUT_START',
  'LIVE_BUT_SILENT',
  'RUN_WITHOUT_START',
  'FILE_WITHOUT_START',
  'DOMAIN_SILENT',
] as const;
export type MissingReason = (typeof missingReasons)[number];

/** The fields by which missing callbacks can be filtered. */
export type MissingCallbackField = 'appId' | 'domain' | 'path' | 'streamId' | 'reason';

/** `EXPECTED_AT`: by the latest time at which the callback should have come. */
export type MissingCallbackOrder = 'EXPECTED_AT';

/** Asks for a page of the callbacks that should have come in a window. */
export interface MissingCallbacksQuestion extends SortedPageRequest {
  readonly kind: 'missingCallbacks';
  readonly condition: Condition<MissingCallbackField>;
  /** Only missing callbacks this sure. Left out: all of them. */
  readonly sureness?: readonly Sureness[];
  readonly window: TimeWindow;
  /** Milliseconds without a callback after which a live session is silent. */
  readonly silentAfterMs: number;
}

/** What a missing callback is about, and between which moments it should have come. */
export interface MissingCallback extends Conclusion {
  /** Position of the first event of its session or task; for a domain, of the last session. */
  readonly firstPosition: string;
  readonly reason: MissingReason;
  readonly appId: string;
  readonly domain: string | null;
  readonly path: string | null;
  readonly streamId: string | null;
  /** Null: unknown. */
  readonly expectedFromMs: number | null;
  readonly expectedToMs: number;
  /** The row of the stream session. */
  readonly sessionRow: number | null;
  /** The row of the relay task. */
  readonly taskRow: number | null;
  /** Number of the run, from 1. */
  readonly run: number | null;
  readonly file: { readonly index: number | null; readonly url: string | null } | null;
  /** For a domain: its longest usual pause between pushes. */
  readonly usualPauseMs: number | null;
}

/** A missing callback as found, before it is concluded how sure it is. */
export interface FoundMissing extends Omit<MissingCallback, keyof Conclusion> {
  /** Distinguishes missing callbacks with the same position, from 0. */
  readonly nth: number;
  /** Whether its times are arrivals, because the callbacks that show it carry no time. */
  readonly isByOurClock: boolean;
}

/** When the record began, by CSS's clock and by ours; null: unknown. */
export interface RecordBegan {
  readonly occurredAtMs: number | null;
  readonly receivedAtMs: number | null;
}

/** A page of missing callbacks; a row's key has `expectedToMs`. */
export type MissingCallbacksAnswer = SortedPage<MissingCallback>;

/** Milliseconds until which a missing callback may still come: CSS repeats a callback for up to 13 minutes. */
const mayStillComeMs = 15 * 60_000;

/** What shows each, and what else would explain it once it can no longer come. */
const usual: Readonly<Record<MissingReason, Conclusion>> = {
  SUPERSEDED_WITHOUT_END: {
    sureness: 'CERTAIN',
    because: 'A newer push of the stream began, and CSS reports the end of each push.',
    alternative: null,
  },
  END_WITHOUT_START: {
    sureness: 'CERTAIN',
    because: 'The interruption of the push arrived, and CSS reports the beginning of each push.',
    alternative: null,
  },
  RUN_WITHOUT_START: {
    sureness: 'LIKELY',
    because: 'The run has other callbacks, and a run begins with a TaskStart.',
    alternative: 'The task does not report its starts, or CSS sent the exit of the run before twice.',
  },
  FILE_WITHOUT_START: {
    sureness: 'LIKELY',
    because: 'The file finished more often in its run than it was started.',
    alternative: 'The task does not report the starts of files, or CSS sent a finish twice.',
  },
  LIVE_BUT_SILENT: {
    sureness: 'POSSIBLE',
    because: 'Nothing was heard of the session for longer than a push is expected to be silent.',
    alternative: 'The push goes on: CSS sends nothing meanwhile.',
  },
  DOMAIN_SILENT: {
    sureness: 'POSSIBLE',
    because: 'The domain has not pushed for much longer than it usually does.',
    alternative: 'Nobody pushed.',
  },
};

/** Reasons that a beginning is missing: it may have come before the record began. */
const beginnings: ReadonlySet<MissingReason> = new Set([
  'END_WITHOUT_START',
  'RUN_WITHOUT_START',
  'FILE_WITHOUT_START',
]);

/** Whether the time in which a callback should have come overlaps a window. */
function isExpectedIn(
  { expectedFromMs, expectedToMs }: Pick<MissingCallback, 'expectedFromMs' | 'expectedToMs'>,
  { fromMs, toMs }: TimeWindow,
): boolean {
  return expectedToMs >= fromMs && (expectedFromMs ?? expectedToMs) < toMs;
}

/** Answers the page. */
export function listMissingCallbacks(
  question: MissingCallbacksQuestion,
  found: Iterable<FoundMissing>,
  recordBegan: RecordBegan,
): MissingCallbacksAnswer {
  const { window } = question;
  const all: Keyed<MissingCallback>[] = [];
  for (const { nth, isByOurClock, ...one } of found) {
    if (!isExpectedIn(one, window)) continue;
    const { expectedToMs, firstPosition } = one;
    const conclusion = conclusionOf(one, window, isByOurClock ? recordBegan.receivedAtMs : recordBegan.occurredAtMs);
    if (question.sureness?.includes(conclusion.sureness) === false) continue;
    all.push({
      row: { ...one, ...conclusion },
      key: [BigInt(expectedToMs), BigInt(firstPosition) * nthMax + BigInt(nth)],
    });
  }
  return sortedPage(all, question);
}

type Expected = Pick<MissingCallback, 'reason' | 'expectedFromMs' | 'expectedToMs'>;

function conclusionOf(
  { reason, expectedFromMs, expectedToMs }: Expected,
  { toMs }: TimeWindow,
  recordBeganMs: number | null,
): Conclusion {
  const { sureness, because, alternative } = usual[reason];
  if (sureness === 'POSSIBLE') return usual[reason];
  if (expectedToMs > toMs - mayStillComeMs) {
    return { sureness: 'POSSIBLE', because, alternative: 'It is late: CSS repeats a callback for up to 13 minutes.' };
  }
  if (!beginnings.has(reason)) return usual[reason];
  if (expectedFromMs === null) {
    return { sureness: 'LIKELY', because, alternative: alternative ?? beforeTheRecord };
  }
  if (expectedFromMs > (recordBeganMs ?? -Infinity)) return usual[reason];
  return { sureness: 'POSSIBLE', because, alternative: beforeTheRecord };
}

const beforeTheRecord = 'It happened before the record began.';

/** Greater than the number of runs, or of files, without a start in any task. */
const nthMax = 2n ** 20n;
