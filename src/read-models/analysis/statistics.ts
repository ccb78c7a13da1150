import type { Condition } from '../listing.ts';
import type { PeriodKind } from './periods.ts';

/** From a moment on, to another one, which is not part of it. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What rows of statistics are ordered by. `GROUP`: time, then the dimensions as they were asked for. */
export interface StatisticsOrder<Measure extends string> {
  readonly by: Measure | 'GROUP';
  readonly descending: boolean;
}

/** What rows statistics have, and which of them are wanted. */
export interface StatisticsShape<Measure extends string> {
  readonly window: TimeWindow;
  /** Null: time is not divided. */
  readonly period: PeriodKind | null;
  readonly timeZone: string;
  readonly order: StatisticsOrder<Measure>;
  /** How many rows of the answer are wanted. */
  readonly rowsMax: number;
}

/** Asks for things in figures, in groups; see `docs/api.md` for what each counts for. */
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

/** What those of a group have in common in one dimension; null where they have no value. */
export type GroupValue = string | number | null;

/** The figures of one group in one period, or in the whole window. */
export type StatisticsRow<Figures> = Figures & {
  readonly window: TimeWindow;
  /** In the order of the dimensions of the question. */
  readonly group: readonly GroupValue[];
};

/** Rows in the order that was asked for; the window ends at the latest when it was answered. */
export interface StatisticsAnswer<Figures> {
  readonly window: TimeWindow;
  readonly rows: readonly StatisticsRow<Figures>[];
  /** Rows that there are, also beyond those that were wanted. */
  readonly rowCount: number;
  readonly total: Figures;
}
