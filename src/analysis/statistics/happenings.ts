import type { CallbackField } from '../../callbacks/callback-fields.ts';
import type { RelayTaskField } from '../../relay/relay-task-fields.ts';
import {
  percentile,
  type Measures,
  type Moment,
  type MomentRules,
  type StatisticsQuestion,
  type StatisticsShape,
} from './statistics.ts';
import type { RefusedPushField } from '../../sessions/refused/refused-push-fields.ts';
import type { Condition } from '../../lists/listing.ts';

/** The dimensions of relay task statistics, besides time. */
export type RelayTaskDimension = 'APP_ID' | 'DOMAIN' | 'PATH' | 'STREAM_ID' | 'TASK_ID' | 'EXIT_CODE';

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

type RelayTaskSums = Record<RelayHappeningKind, number>;

/** Counts what happened; `docs/api.md` says what of it. */
export const relayTaskRules: MomentRules<RelayHappening, RelayTaskSums, RelayTaskFigures, RelayTaskMeasure> = {
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

/** The dimensions of statistics of refused pushes, besides time. */
export type RefusedPushDimension = 'APP_ID' | 'DOMAIN' | 'PATH' | 'STREAM_ID' | 'ACCESS_POINT' | 'USER_IP' | 'END_CODE';

/** The figures by which rows of statistics of refused pushes can be ordered. */
export const refusedPushMeasures = {
  ATTEMPTS: 'attempts',
  FIRST_AT: 'firstAtMs',
  LAST_AT: 'lastAtMs',
} as const satisfies Measures<RefusedPushFigures>;
export type RefusedPushMeasure = keyof typeof refusedPushMeasures;

/** Asks for figures of the pushes that were refused in a window. */
export type RefusedPushStatisticsQuestion = StatisticsQuestion<
  'refusedPushStatistics',
  RefusedPushField,
  RefusedPushDimension,
  RefusedPushMeasure
>;

/** Figures of the pushes that were refused in a window. The others are null if there are no attempts. */
export interface RefusedPushFigures {
  readonly attempts: number;
  readonly firstAtMs: number | null;
  readonly lastAtMs: number | null;
  /** Of several attempts in the last second, the greatest code. */
  readonly lastEndCode: number | null;
}

/** What statistics read of a refused push. */
export interface Refusal extends Moment {
  readonly endCode: number;
}

type RefusedPushSums = { -readonly [Figure in keyof RefusedPushFigures]: RefusedPushFigures[Figure] };

/** Sums refused pushes. */
export const refusedPushRules: MomentRules<Refusal, RefusedPushSums, RefusedPushFigures, RefusedPushMeasure> = {
  newSums: () => ({ attempts: 0, firstAtMs: null, lastAtMs: null, lastEndCode: null }),
  add(sums, { atMs, endCode }) {
    sums.attempts += 1;
    sums.firstAtMs = Math.min(sums.firstAtMs ?? atMs, atMs);
    if (sums.lastAtMs === null || sums.lastEndCode === null || atMs > sums.lastAtMs) {
      [sums.lastAtMs, sums.lastEndCode] = [atMs, endCode];
    } else if (atMs === sums.lastAtMs) {
      sums.lastEndCode = Math.max(sums.lastEndCode, endCode);
    }
  },
  figuresOf: (sums) => sums,
  measures: refusedPushMeasures,
};

/** The figures by which rows of these statistics can be ordered. */
export const typedMeasures = {
  COUNT: 'count',
  FIRST_AT: 'firstAtMs',
  LAST_AT: 'lastAtMs',
} as const satisfies Measures<TypedFigures>;
export type TypedMeasure = keyof typeof typedMeasures;

/** Asks for figures of one list of what callbacks report, such as push errors. */
export interface TypedStatisticsQuestion extends StatisticsShape<TypedMeasure> {
  readonly kind: 'typedStatistics';
  /** The name of the list. */
  readonly list: string;
  readonly condition: Condition<string>;
  readonly dimensions: readonly string[];
}

/** How much was reported in a window. */
export interface TypedFigures {
  readonly count: number;
  /** By CSS's clock; null if nothing was reported. */
  readonly firstAtMs: number | null;
  readonly lastAtMs: number | null;
}

/** What statistics read of a row. What has no time is in no window. */
export interface ReportedRow extends Moment {
  readonly count: number;
}

type TypedSums = { -readonly [Name in keyof TypedFigures]: TypedFigures[Name] };

/** Sums what was reported. */
export const typedRules: MomentRules<ReportedRow, TypedSums, TypedFigures, TypedMeasure> = {
  newSums: () => ({ count: 0, firstAtMs: null, lastAtMs: null }),
  add(sums, { atMs, count }) {
    sums.count += count;
    sums.firstAtMs = Math.min(sums.firstAtMs ?? atMs, atMs);
    sums.lastAtMs = Math.max(sums.lastAtMs ?? atMs, atMs);
  },
  figuresOf: (sums) => sums,
  measures: typedMeasures,
};
