import type { RefusedPushField } from '../../sessions/refused/refused-push-fields.ts';
import type { Measures, Moment, MomentRules, StatisticsQuestion } from './statistics.ts';

/** The dimensions of statistics of refused pushes, besides time. */
export const refusedPushDimensions = [
  'APP_ID',
  'DOMAIN',
  'PATH',
  'STREAM_ID',
  'ACCESS_POINT',
  'USER_IP',
  'END_CODE',
] as const;
export type RefusedPushDimension = (typeof refusedPushDimensions)[number];

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

type Sums = { -readonly [Figure in keyof RefusedPushFigures]: RefusedPushFigures[Figure] };

/** Sums refused pushes. */
export const refusedPushRules: MomentRules<Refusal, Sums, RefusedPushFigures, RefusedPushMeasure> = {
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
