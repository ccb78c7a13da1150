import type { Condition } from '../../lists/listing.ts';
import type { PeriodKind } from '../periods.ts';

/** From a moment (inclusive) to another (exclusive). */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The order of rows of statistics. `GROUP`: time, then the dimensions in the order of the request. */
export interface StatisticsOrder<Measure extends string> {
  readonly by: Measure | 'GROUP';
  readonly descending: boolean;
}

/** How to divide statistics into rows, and which rows to answer. */
export interface StatisticsShape<Measure extends string> {
  readonly window: TimeWindow;
  /** Null: time is not divided. */
  readonly period: PeriodKind | null;
  readonly timeZone: string;
  readonly order: StatisticsOrder<Measure>;
  /** The number of rows to answer at most. */
  readonly rowsMax: number;
}

/** Asks for figures of things, in groups; see `docs/api.md` for what each counts for. */
export interface StatisticsQuestion<
  Kind extends string,
  ListField extends string,
  Dimension extends string,
  Measure extends string,
> extends StatisticsShape<Measure> {
  readonly kind: Kind;
  readonly condition: Condition<ListField>;
  readonly dimensions: readonly Dimension[];
}

/** The value that a group shares in one dimension; null if its members have none. */
export type GroupValue = string | number | null;

/** The figures of one group in one period, or in the whole window. */
export type StatisticsRow<Figures> = Figures & {
  readonly window: TimeWindow;
  /** In the order of the dimensions in the question. */
  readonly group: readonly GroupValue[];
};

/** Rows in the requested order. The window ends no later than the answer was made. */
export interface StatisticsAnswer<Figures> {
  readonly window: TimeWindow;
  readonly rows: readonly StatisticsRow<Figures>[];
  /** The number of all rows, including those not answered. */
  readonly rowCount: number;
  readonly total: Figures;
}

/** The field of lists and rows that has the values of a dimension: `appId` for `APP_ID`. */
export function fieldOfDimension(dimension: string): string {
  return dimension.toLowerCase().replaceAll(/_[a-z]/g, (part) => part.slice(1).toUpperCase());
}
