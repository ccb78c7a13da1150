import type { Condition } from '../../lists/listing.ts';
import type { Measures, Moment, MomentRules, StatisticsShape } from './statistics.ts';

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

type Sums = { -readonly [Name in keyof TypedFigures]: TypedFigures[Name] };

/** Sums what was reported. */
export const typedRules: MomentRules<ReportedRow, Sums, TypedFigures, TypedMeasure> = {
  newSums: () => ({ count: 0, firstAtMs: null, lastAtMs: null }),
  add(sums, { atMs, count }) {
    sums.count += count;
    sums.firstAtMs = Math.min(sums.firstAtMs ?? atMs, atMs);
    sums.lastAtMs = Math.max(sums.lastAtMs ?? atMs, atMs);
  },
  figuresOf: (sums) => sums,
  measures: typedMeasures,
};
