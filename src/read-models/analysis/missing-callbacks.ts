import type { Condition } from '../listing.ts';
import { sortedPage, type Keyed, type SortedPage, type SortedPageRequest } from './sorted-page.ts';
import type { TimeWindow } from './statistics.ts';

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

/** How sure it is that CSS should have sent it. */
export const sureness = ['CERTAIN', 'LIKELY', 'POSSIBLE'] as const;
export type Sureness = (typeof sureness)[number];

/** What missing callbacks can be filtered by. */
export const missingCallbackFields = ['appId', 'domain', 'path', 'streamId', 'reason'] as const;
export type MissingCallbackField = (typeof missingCallbackFields)[number];

/** `EXPECTED_AT`: by when the callback should have come at the latest. */
export type MissingCallbackOrder = 'EXPECTED_AT';

/** Asks for a page of the callbacks that should have come in a window. */
export interface MissingCallbacksQuestion extends SortedPageRequest {
  readonly kind: 'missingCallbacks';
  readonly condition: Condition<MissingCallbackField>;
  /** How sure those are that the page is cut from. Left out: as sure as may be. */
  readonly sureness?: readonly Sureness[];
  readonly window: TimeWindow;
  /** After how many milliseconds without anything a live session is silent. */
  readonly silentAfterMs: number;
}

/** What a missing callback is about, and between which moments it should have come. */
export interface MissingCallback {
  readonly reason: MissingReason;
  readonly sureness: Sureness;
  readonly appId: string;
  readonly domain: string | null;
  readonly path: string | null;
  readonly streamId: string | null;
  /** Null: nobody can say. */
  readonly expectedFromMs: number | null;
  readonly expectedToMs: number;
  /** By its row. */
  readonly sessionRow: number | null;
  /** By its row. */
  readonly taskRow: number | null;
  /** Number of the run, from 1. */
  readonly run: number | null;
  readonly file: { readonly index: number | null; readonly url: string | null } | null;
  /** Of a domain: the longest time without a push that was usual. */
  readonly usualPauseMs: number | null;
}

/** One that was found, without what follows from it. */
export interface FoundMissing extends Omit<MissingCallback, 'sureness'> {
  /** The first event of its session or task; of a domain, of the last session. */
  readonly firstPosition: string;
  /** Which it is of those with this position, from 0. */
  readonly nth: number;
}

/** A page, the key of which has `expectedToMs`. */
export type MissingCallbacksAnswer = SortedPage<MissingCallback>;

/** CSS repeats a callback for up to 13 minutes: until then one may still come. */
export const mayStillComeMs = 15 * 60_000;

const usualSureness: Readonly<Record<MissingReason, Sureness>> = {
  SUPERSEDED_WITHOUT_END: 'CERTAIN',
  END_WITHOUT_START: 'CERTAIN',
  RUN_WITHOUT_START: 'LIKELY',
  FILE_WITHOUT_START: 'LIKELY',
  LIVE_BUT_SILENT: 'POSSIBLE',
  DOMAIN_SILENT: 'POSSIBLE',
};

/** Those of which the beginning is missing: it may have come before there was a record. */
const beginnings: ReadonlySet<MissingReason> = new Set([
  'END_WITHOUT_START',
  'RUN_WITHOUT_START',
  'FILE_WITHOUT_START',
]);

/** Whether the time in which a callback should have come has to do with a window. */
export function isExpectedIn(
  { expectedFromMs, expectedToMs }: Pick<MissingCallback, 'expectedFromMs' | 'expectedToMs'>,
  { fromMs, toMs }: TimeWindow,
): boolean {
  return expectedToMs >= fromMs && (expectedFromMs ?? expectedToMs) < toMs;
}

/** Answers the page. `recordBeganMs`: when the first callback of the record arrived; null: there is none. */
export function listMissingCallbacks(
  question: MissingCallbacksQuestion,
  found: Iterable<FoundMissing>,
  recordBeganMs: number | null,
): MissingCallbacksAnswer {
  const { window } = question;
  const all: Keyed<MissingCallback>[] = [];
  for (const { firstPosition, nth, ...one } of found) {
    if (!isExpectedIn(one, window)) continue;
    const { expectedToMs } = one;
    const ofOne = surenessOf(one, window, recordBeganMs);
    if (question.sureness?.includes(ofOne) === false) continue;
    all.push({
      row: { ...one, sureness: ofOne },
      key: [String(expectedToMs), String(BigInt(firstPosition) * nthMax + BigInt(nth))],
    });
  }
  return sortedPage(all, question);
}

type Expected = Pick<MissingCallback, 'reason' | 'expectedFromMs' | 'expectedToMs'>;

function surenessOf(
  { reason, expectedFromMs, expectedToMs }: Expected,
  { toMs }: TimeWindow,
  recordBeganMs: number | null,
): Sureness {
  if (expectedToMs > toMs - mayStillComeMs) return 'POSSIBLE';
  const usual = usualSureness[reason];
  if (!beginnings.has(reason)) return usual;
  if (expectedFromMs === null) return 'LIKELY';
  return expectedFromMs <= (recordBeganMs ?? -Infinity) ? 'POSSIBLE' : usual;
}

/** More than one task has runs and files without a start. */
const nthMax = 2n ** 20n;
