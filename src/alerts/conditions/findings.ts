import type { Alert, AlertSubject } from '../../domain/alerts/alert-events.ts';
import type { ServiceTrouble } from '../../domain/alerts/alert-kinds.ts';
import type { Analyses } from '../../read-models/analysis/questions.ts';
import type { ReadModelReader } from '../../read-models/read-model-reader.ts';
import { RowBudget } from '../../read-models/listing.ts';

/** What meets the condition of a rule at a moment. */
export interface Findings {
  readonly current: readonly AlertSubject[];
  /** Whether nobody can say of a subject that is not in `current`: its alert neither begins nor ends then. */
  readonly isUnknown: (key: string) => boolean;
  /** What is said of an alert when it ends; without it, what was said when it began. */
  readonly summaryAtEnd?: (alert: Alert) => string;
}

/** Of each trouble of this service whether it has it; null: nobody can say yet. */
export type Troubles = Readonly<Record<ServiceTrouble, boolean | null>>;

/** What conditions are found in. */
export interface Sources {
  readonly readModel: ReadModelReader;
  readonly analyses: Analyses;
  /** What is wrong with this service now. */
  readonly troubles: () => Promise<Troubles>;
  /** The host of this node, where another node may evaluate after it; null: it is the only one. */
  readonly node: string | null;
}

/** Looks for what meets the condition of one rule, now. */
export type FindSubjects = (nowMs: number) => Promise<Findings>;

/** Subjects of a rule that are looked at: the newest. */
export const subjectsMax = 500;

/** Rows that one look at a list may examine where no index gives just what is asked for. */
const rowsMax = 10_000;

/** All that is not current is not the case; where the list was cut, nobody can say. */
export const found = (current: readonly AlertSubject[], wasCut = false): Findings => ({
  current,
  isUnknown: () => wasCut,
});

/** How a list is asked for its first rows; `countMax`: counts them as far. */
export function firstRows(rows: number, countMax: number | null = null) {
  const budget = new RowBudget(rowsMax);
  return { direction: 'forwards', from: null, rowsMax: rows, countMax, budget } as const;
}
