import type { CallbackField } from '../../callbacks/callback-fields.ts';
import type { RelayTaskField } from '../../relay/relay-task-fields.ts';
import {
  createGroupedSums,
  percentile,
  type GroupValue,
  type Measures,
  type StatisticsAnswer,
  type StatisticsQuestion,
  type SummingRules,
} from './statistics.ts';

/** The dimensions of relay task statistics, besides time. */
export const relayTaskDimensions = ['APP_ID', 'DOMAIN', 'PATH', 'STREAM_ID', 'TASK_ID', 'EXIT_CODE'] as const;
export type RelayTaskDimension = (typeof relayTaskDimensions)[number];

/** The kinds of things counted in relay tasks. */
export type RelayHappeningKind = 'runs' | 'exits' | 'filesStarted' | 'filesPlayed' | 'alarms';

/** The figures by which rows of relay task statistics can be ordered. */
export const relayTaskMeasures = {
  RUNS: 'runs',
  EXITS: 'exits',
  FILES_STARTED: 'filesStarted',
  FILES_PLAYED: 'filesPlayed',
  ALARMS: 'alarms',
} as const satisfies Measures<RelayTaskFigures>;
export type RelayTaskMeasure = keyof typeof relayTaskMeasures;

/** Asks what happened in a window in the tasks that match, in any of their runs. */
export type RelayTaskStatisticsQuestion = StatisticsQuestion<
  'relayTaskStatistics',
  RelayTaskField,
  RelayTaskDimension,
  RelayTaskMeasure
>;

/** What happened in relay tasks in a window, counted. */
export type RelayTaskFigures = Readonly<Record<RelayHappeningKind, number>>;

/** Something that happened in a task: by CSS's clock, or by ours if the callback has no time. */
export interface RelayHappening {
  readonly kind: RelayHappeningKind;
  readonly atMs: number;
  readonly group: readonly GroupValue[];
}

/** Counts what happened; see `docs/api.md`. @throws LedgerError - OPERATION_TOO_COSTLY: too many groups */
export function sumRelayTaskStatistics(
  question: RelayTaskStatisticsQuestion,
  happenings: Iterable<RelayHappening>,
): StatisticsAnswer<RelayTaskFigures> {
  const grouped = createGroupedSums<Sums, RelayTaskFigures, RelayTaskMeasure>(question, rules);
  for (const { kind, atMs, group } of happenings) {
    if (!grouped.isWithin(atMs)) continue;
    grouped.total[kind] += 1;
    grouped.sumsAt(grouped.groupOf(group), atMs)[kind] += 1;
  }
  return grouped.answer();
}

type Sums = Record<RelayHappeningKind, number>;

const rules: SummingRules<Sums, RelayTaskFigures, RelayTaskMeasure> = {
  newSums: () => ({ runs: 0, exits: 0, filesStarted: 0, filesPlayed: 0, alarms: 0 }),
  figuresOf: (sums) => sums,
  measures: relayTaskMeasures,
};

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

/** The figures by which rows of callback statistics can be ordered. */
export const callbackMeasures = {
  CALLBACKS: 'callbacks',
  DELIVERIES: 'deliveries',
  DELAY_P50: 'delayMsP50',
  DELAY_P95: 'delayMsP95',
  DELAY_P99: 'delayMsP99',
  DELAY_LEAST: 'delayMsLeast',
} as const satisfies Measures<CallbackFigures>;
export type CallbackMeasure = keyof typeof callbackMeasures;

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
  const grouped = createGroupedSums<CallbackSums, CallbackFigures, CallbackMeasure>(question, callbackRules);
  for (const callback of callbacks) {
    const { receivedAtMs, group } = callback;
    if (!grouped.isWithin(receivedAtMs)) continue;
    add(grouped.total, callback);
    add(grouped.sumsAt(grouped.groupOf(group), receivedAtMs), callback);
  }
  return grouped.answer();
}

interface CallbackSums {
  callbacks: number;
  deliveries: number;
  recordingMsMost: number | null;
  readonly delaysMs: number[];
}

function add(sums: CallbackSums, { occurredAtMs, receivedAtMs, recordedAtMs, deliveries }: CallbackArrival): void {
  sums.callbacks += 1;
  sums.deliveries += deliveries;
  const recordingMs = recordedAtMs - receivedAtMs;
  sums.recordingMsMost = Math.max(sums.recordingMsMost ?? recordingMs, recordingMs);
  if (occurredAtMs !== null) sums.delaysMs.push(receivedAtMs - occurredAtMs);
}

const callbackRules: SummingRules<CallbackSums, CallbackFigures, CallbackMeasure> = {
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
  measures: callbackMeasures,
};
