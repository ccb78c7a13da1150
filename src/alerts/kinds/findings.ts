import type { Alert, AlertSubject, ServiceTrouble } from '../alert-events.ts';
import type { Analyses } from '../../analysis/questions.ts';
import type { ReadModelReader } from '../../projecting/read-model-reader.ts';
import { RowBudget } from '../../lists/listing.ts';

/** What meets the condition of a rule at a moment. */
export interface Findings {
  readonly current: readonly AlertSubject[];
  /** Whether it is unknown if a subject outside `current` meets the condition: its alert then neither begins nor ends. */
  readonly isUnknown: (key: string) => boolean;
  /** The summary of an alert when it ends; by default, the one from when it began. */
  readonly summaryAtEnd?: (alert: Alert) => string;
}

/** For each trouble of this service, whether it has it; null: not known yet. */
export type Troubles = Readonly<Record<ServiceTrouble, boolean | null>>;

/** The sources that conditions are evaluated on. */
export interface Sources {
  readonly readModel: ReadModelReader;
  readonly analyses: Analyses;
  /** What is wrong with this service now. */
  readonly troubles: () => Promise<Troubles>;
  /** The host of this node, if another node may evaluate after it; null: it is the only one. */
  readonly node: string | null;
}

/** Finds what meets the condition of one rule, now. */
export type FindSubjects = (nowMs: number) => Promise<Findings>;

/** Subjects of a rule that are examined: the newest. */
export const subjectsMax = 500;

/** Rows that one look at a list may examine if no index gives exactly the rows asked for. */
const rowsMax = 10_000;

/** No other subject meets the condition; if the list was cut, this is not known. */
export const found = (current: readonly AlertSubject[], wasCut = false): Findings => ({
  current,
  isUnknown: () => wasCut,
});

/** The arguments for the first rows of a list; `countMax`: counts them up to that number. */
export function firstRows(rows: number, countMax: number | null = null) {
  const budget = new RowBudget(rowsMax);
  return { direction: 'forwards', from: null, rowsMax: rows, countMax, budget } as const;
}
