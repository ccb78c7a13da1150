import type { CallbackField } from '../../lists/listing.ts';
import type { GroupValue, StatisticsAnswer, StatisticsQuestion } from './statistics.ts';
import { createGroupedSums, percentile, type SummingRules } from '../grouped-sums.ts';

/** The dimensions of callback statistics, besides time. */
export const callbackDimensions = [
  'EVENT_TYPE',
  'CALLBACK_EVENT',
  'APP_ID',
  'DOMAIN',
  'STREAM_ID',
  'TASK_ID',
  'SIGNATURE',
] as const;
export type CallbackDimension = (typeof callbackDimensions)[number];

/** The measures by which rows of callback statistics can be ordered, besides their group. */
export type CallbackMeasure = 'CALLBACKS' | 'DELIVERIES' | 'DELAY_P50' | 'DELAY_P95' | 'DELAY_P99' | 'DELAY_LEAST';

/** Asks for figures of the callbacks that first arrived in a window. */
export type CallbackStatisticsQuestion = StatisticsQuestion<
  'callbackStatistics',
  CallbackField,
  CallbackDimension,
  CallbackMeasure
>;

/**
 * Figures of the callbacks that first arrived in a window. Delays are those of callbacks that carry a time; null if
 * there are none.
 */
export interface CallbackFigures {
  readonly callbacks: number;
  readonly deliveries: number;
  /** The number of callbacks that carry a time. */
  readonly timed: number;
  readonly delayMsP50: number | null;
  readonly delayMsP95: number | null;
  readonly delayMsP99: number | null;
  readonly delayMsLeast: number | null;
  /** The longest time from an arrival until the callback was in the log, over all callbacks. */
  readonly recordingMsMost: number | null;
}

/** What statistics read of a callback. */
export interface CallbackArrival {
  readonly occurredAtMs: number | null;
  readonly receivedAtMs: number;
  readonly recordedAtMs: number;
  readonly deliveries: number;
  readonly group: readonly GroupValue[];
}

/**
 * Sums callbacks; see `docs/api.md` for what each contributes. @throws LedgerError - OPERATION_TOO_COSTLY: too many
 * groups
 */
export function sumCallbackStatistics(
  question: CallbackStatisticsQuestion,
  callbacks: Iterable<CallbackArrival>,
): StatisticsAnswer<CallbackFigures> {
  const grouped = createGroupedSums<Sums, CallbackFigures, CallbackMeasure>(question, rules);
  for (const callback of callbacks) {
    const { receivedAtMs, group } = callback;
    if (!grouped.isWithin(receivedAtMs)) continue;
    add(grouped.total, callback);
    add(grouped.sumsAt(grouped.groupOf(group), receivedAtMs), callback);
  }
  return grouped.answer();
}

interface Sums {
  callbacks: number;
  deliveries: number;
  recordingMsMost: number | null;
  readonly delaysMs: number[];
}

function add(sums: Sums, { occurredAtMs, receivedAtMs, recordedAtMs, deliveries }: CallbackArrival): void {
  sums.callbacks += 1;
  sums.deliveries += deliveries;
  const recordingMs = recordedAtMs - receivedAtMs;
  sums.recordingMsMost = Math.max(sums.recordingMsMost ?? recordingMs, recordingMs);
  if (occurredAtMs !== null) sums.delaysMs.push(receivedAtMs - occurredAtMs);
}

const rules: SummingRules<Sums, CallbackFigures, CallbackMeasure> = {
  newSums: () => ({ callbacks: 0, deliveries: 0, recordingMsMost: null, delaysMs: [] }),
  figuresOf({ callbacks, deliveries, recordingMsMost, delaysMs }) {
    const sorted = Float64Array.from(delaysMs).sort();
    return {
      callbacks,
      deliveries,
      timed: sorted.length,
      delayMsP50: percentile(sorted, 0.5),
      delayMsP95: percentile(sorted, 0.95),
      delayMsP99: percentile(sorted, 0.99),
      delayMsLeast: sorted[0] ?? null,
      recordingMsMost,
    };
  },
  measures: {
    CALLBACKS: ({ callbacks }) => callbacks,
    DELIVERIES: ({ deliveries }) => deliveries,
    DELAY_P50: ({ delayMsP50 }) => delayMsP50,
    DELAY_P95: ({ delayMsP95 }) => delayMsP95,
    DELAY_P99: ({ delayMsP99 }) => delayMsP99,
    DELAY_LEAST: ({ delayMsLeast }) => delayMsLeast,
  },
};
