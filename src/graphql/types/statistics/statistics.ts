import { Int, type ClassType } from 'type-graphql';
import { CursorScalar, DateTimeScalar } from '../../scalars.ts';
import { objectType, orNull, type FieldDeclarations } from '../declare.ts';

/** What rows of one kind of statistics show. */
export interface StatisticsDefinition<Figures> {
  /** Begins the names of the types. */
  readonly name: string;
  /** What is counted, in the plural. */
  readonly counted: string;
  /** Of the figures. */
  readonly description: string;
  readonly figures: Readonly<Record<keyof Figures, FieldDeclarations[string]>>;
  /** Each is null where it was not grouped by. */
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
  'A log cursor of the state that was counted. Statistics in one operation are of the same state; lists beside them can be of a slightly older one.';

/** Makes the object types of statistics: the figures, a row with them, and the whole. */
export function statisticsOf<Figures>(definition: StatisticsDefinition<Figures>): ClassType<Statistics> {
  const { name, counted, description, figures, dimensions } = definition;
  const Figures = objectType(`${name}Figures`, description, figures as FieldDeclarations);
  const grouped = Object.entries(dimensions).map(([field, [type, ...rest]]) => [field, [orNull(type), ...rest]]);
  const Row = objectType(`${name}StatisticsRow`, `The figures of one group of ${counted} in one time.`, {
    ...(figures as FieldDeclarations),
    fromMs: [
      DateTimeScalar,
      'The beginning of the hour, day or week, or of the whole time that was asked for where that is later.',
    ],
    toMs: [DateTimeScalar, 'Its end, which is no longer part of it; or that of the whole time, where that is earlier.'],
    ...(Object.fromEntries(grouped) as FieldDeclarations),
  });
  return objectType(`${name}Statistics`, `${capitalized(counted)} in figures, all of one state of the ledger.`, {
    fromMs: [DateTimeScalar, 'The beginning of the time, as it was asked for.'],
    toMs: [
      DateTimeScalar,
      'The end of the time. Earlier than asked for where that is in the future: then it is when the answer was made.',
    ],
    rows: [
      [Row],
      'The groups, as many as `first` allows. A group with nothing in an hour, day or week has no row for it.',
    ],
    rowCount: [Int, 'How many rows there are, also beyond `first`.'],
    total: [Figures, 'The figures of all groups in the whole time, also of those beyond `first`.'],
    liveFrom: [CursorScalar, analysedState],
  });
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const ConcurrencyPoint = objectType(
  'ConcurrencyPoint',
  'How many stream sessions were live at a moment, and until the next one.',
  {
    atMs: [DateTimeScalar, 'The moment.'],
    live: [Int, 'Sessions that were live at this moment: begun at it or before, and ended after it, if at all.'],
    most: [Int, 'The most that were live at once, from this moment until the next point.'],
  },
);

const ConcurrencyPeak = objectType('ConcurrencyPeak', 'The moment at which most stream sessions were live.', {
  atMs: [DateTimeScalar, 'The first moment at which there were so many.'],
  live: [Int, 'How many were live.'],
});

export const Concurrency = objectType(
  'Concurrency',
  'How many stream sessions were live over time. A session is live from `startedAt` until `endedAt`; a LIVE one until the answer was made; a SUPERSEDED one, whose interruption was lost, until the next session of its stream began. A session with an unknown start, or that ended at an unknown time, is not counted.',
  {
    points: [[ConcurrencyPoint], 'One point for each step, the first at `from`; none for what is in the future.'],
    peak: [orNull(ConcurrencyPeak), 'When most were live, to the second. Null if all of the time is in the future.'],
    liveFrom: [CursorScalar, analysedState],
  },
);
export type Concurrency = InstanceType<typeof Concurrency>;
