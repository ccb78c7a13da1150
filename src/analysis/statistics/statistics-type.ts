import { Int, type ClassType } from 'type-graphql';
import { CursorScalar, DateTimeScalar } from '../../api/scalars-type.ts';
import { objectType, orNull, type FieldDeclarations } from '../../api/declare-type.ts';

/** What the rows of one kind of statistics show. */
export interface StatisticsDefinition<Figures> {
  /** Begins the names of the types. */
  readonly name: string;
  /** What is counted, in the plural. */
  readonly counted: string;
  /** Of the figures. */
  readonly description: string;
  readonly figures: Readonly<Record<keyof Figures, FieldDeclarations[string]>>;
  /** Each is null if the rows are not grouped by it. */
  readonly dimensions: FieldDeclarations;
}

/** Rows and their total, all of one state. */
export interface Statistics {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: readonly object[];
  readonly rowCount: number;
  readonly total: object;
  readonly liveFrom: string;
}

const analysedState =
  'A log cursor of the state that was counted. All statistics in one operation show the same state; lists in the same operation can show a slightly older one.';

/** Makes the object types of statistics: the figures, a row with them, and the whole. */
export function statisticsOf<Figures>(definition: StatisticsDefinition<Figures>): ClassType<Statistics> {
  const { name, counted, description, figures, dimensions } = definition;
  const Figures = objectType(`${name}Figures`, description, figures as FieldDeclarations);
  const grouped = Object.entries(dimensions).map(([field, [type, ...rest]]) => [field, [orNull(type), ...rest]]);
  const Row = objectType(`${name}StatisticsRow`, `The figures of one group of ${counted} in one time range.`, {
    ...(figures as FieldDeclarations),
    fromMs: [DateTimeScalar, 'The beginning of the hour, day or week, or of the whole time range if that is later.'],
    toMs: [
      DateTimeScalar,
      'The end, exclusive: that of the hour, day or week, or of the whole time range if that is earlier.',
    ],
    ...(Object.fromEntries(grouped) as FieldDeclarations),
  });
  return objectType(`${name}Statistics`, `${capitalized(counted)} in figures, all from one state of the ledger.`, {
    fromMs: [DateTimeScalar, 'The beginning of the time range, as requested.'],
    toMs: [
      DateTimeScalar,
      'The end of the time range. If the requested end is in the future, this is when the answer was made.',
    ],
    rows: [
      [Row],
      'The groups, as many as `first` allows. A group without anything in an hour, day or week has no row for it.',
    ],
    rowCount: [Int, 'The number of all rows, including those beyond `first`.'],
    total: [Figures, 'The figures of all groups in the whole time range, including those beyond `first`.'],
    liveFrom: [CursorScalar, analysedState],
  });
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const ConcurrencyPoint = objectType(
  'ConcurrencyPoint',
  'How many stream sessions were live at a moment, and until the next point.',
  {
    atMs: [DateTimeScalar, 'The moment.'],
    live: [Int, 'Sessions live at this moment: they began at or before it, and had not ended by then.'],
    most: [Int, 'The most sessions live at once, from this moment until the next point.'],
  },
);

const ConcurrencyPeak = objectType('ConcurrencyPeak', 'The moment at which the most stream sessions were live.', {
  atMs: [DateTimeScalar, 'The first moment with this number.'],
  live: [Int, 'How many sessions were live.'],
});

export const Concurrency = objectType(
  'Concurrency',
  'How many stream sessions were live over time. A session is live from `startedAt` until `endedAt`. A LIVE one counts until the answer was made; a SUPERSEDED one, whose interruption was lost, until the next session of its stream began. A session whose start is unknown, or that ended at an unknown time, is not counted.',
  {
    points: [[ConcurrencyPoint], 'One point for each step, the first at `from`. Steps in the future have none.'],
    peak: [
      orNull(ConcurrencyPeak),
      'When the most sessions were live, to the second. Null if the whole time range is in the future.',
    ],
    liveFrom: [CursorScalar, analysedState],
  },
);
export type Concurrency = InstanceType<typeof Concurrency>;
