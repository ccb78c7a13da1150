import type { Condition } from '../../lists/listing.ts';
import {
  createGroupedSums,
  type GroupValue,
  type Measures,
  type StatisticsAnswer,
  type StatisticsShape,
  type SummingRules,
} from './statistics.ts';

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
export interface ReportedRow {
  readonly atMs: number;
  readonly count: number;
  readonly group: readonly GroupValue[];
}

/** Sums what was reported. @throws LedgerError - OPERATION_TOO_COSTLY: too many groups */
export function sumTypedStatistics(
  question: TypedStatisticsQuestion,
  rows: Iterable<ReportedRow>,
): StatisticsAnswer<TypedFigures> {
  const grouped = createGroupedSums<Sums, TypedFigures, TypedMeasure>(question, rules);
  for (const row of rows) {
    if (!grouped.isWithin(row.atMs)) continue;
    add(grouped.total, row);
    add(grouped.sumsAt(grouped.groupOf(row.group), row.atMs), row);
  }
  return grouped.answer();
}

type Sums = { -readonly [Name in keyof TypedFigures]: TypedFigures[Name] };

function add(sums: Sums, { atMs, count }: ReportedRow): void {
  sums.count += count;
  sums.firstAtMs = Math.min(sums.firstAtMs ?? atMs, atMs);
  sums.lastAtMs = Math.max(sums.lastAtMs ?? atMs, atMs);
}

const rules: SummingRules<Sums, TypedFigures, TypedMeasure> = {
  newSums: () => ({ count: 0, firstAtMs: null, lastAtMs: null }),
  figuresOf: (sums) => sums,
  measures: typedMeasures,
};
