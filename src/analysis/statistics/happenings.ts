import type { CallbackField } from '../../callbacks/callback-fields.ts';
import type { RelayTaskField } from '../../relay/relay-task-fields.ts';
import { percentile, type Measures, type Moment, type MomentRules, type StatisticsQuestion } from './statistics.ts';

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
export interface RelayHappening extends Moment {
  readonly kind: RelayHappeningKind;
}

type Sums = Record<RelayHappeningKind, number>;

/** Counts what happened; `docs/api.md` says what of it. */
export const relayTaskRules: MomentRules<RelayHappening, Sums, RelayTaskFigures, RelayTaskMeasure> = {
  newSums: () => ({ runs: 0, exits: 0, filesStarted: 0, filesPlayed: 0, alarms: 0 }),
  add(sums, { kind }) {
    sums[kind] += 1;
  },
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

/** What statistics read of a callback, at the moment of its first arrival. */
export interface CallbackArrival extends Moment {
  readonly occurredAtMs: number | null;
  readonly recordedAtMs: number;
  readonly deliveries: number;
}

interface CallbackSums {
  callbacks: number;
  deliveries: number;
  recordingMsMost: number | null;
  readonly delaysMs: number[];
}

/** Sums callbacks; `docs/api.md` says what each contributes. */
export const callbackRules: MomentRules<CallbackArrival, CallbackSums, CallbackFigures, CallbackMeasure> = {
  newSums: () => ({ callbacks: 0, deliveries: 0, recordingMsMost: null, delaysMs: [] }),
  add(sums, { atMs, occurredAtMs, recordedAtMs, deliveries }) {
    sums.callbacks += 1;
    sums.deliveries += deliveries;
    const recordingMs = recordedAtMs - atMs;
    sums.recordingMsMost = Math.max(sums.recordingMsMost ?? recordingMs, recordingMs);
    if (occurredAtMs !== null) sums.delaysMs.push(atMs - occurredAtMs);
  },
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
