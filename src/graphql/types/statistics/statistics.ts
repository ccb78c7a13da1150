import { Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { CursorScalar, DateTimeScalar } from '../../scalars.ts';

/** What rows of one kind of statistics show. */
export interface StatisticsDefinition<Figures extends object> {
  /** Of the type: its rows have the same with `Row`. */
  readonly name: string;
  /** What is counted, in the plural. */
  readonly counted: string;
  readonly figures: ClassType<Figures>;
  /** The fields of the dimensions. */
  readonly dimensions: Readonly<Record<string, DimensionField>>;
}

interface DimensionField {
  /** As `Field` takes it: a class, an enum or a scalar. */
  readonly type: () => object;
  readonly description: string;
}

/** Rows and their total, all of one state. */
export interface Statistics<Figures> {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: readonly (Figures & { readonly fromMs: number; readonly toMs: number })[];
  readonly rowCount: number;
  readonly total: Figures;
  readonly liveFrom: string;
}

/** Describes `liveFrom` of an analysis. */
export const analysedState =
  'A log cursor of the state that was counted. Statistics in one operation are of the same state; lists beside them can be of a slightly older one.';

/** Makes the two object types of statistics: a row, and the whole. */
export function statisticsOf<Figures extends object>({
  name,
  counted,
  figures,
  dimensions,
}: StatisticsDefinition<Figures>): ClassType<Statistics<Figures>> {
  @ObjectType(`${name}Row`, { description: `The figures of one group of ${counted} in one time.` })
  class StatisticsRow extends (figures as ClassType) {
    @Field(() => DateTimeScalar, {
      name: 'from',
      description:
        'The beginning of the hour, day or week, or of the whole time that was asked for where that is later.',
    })
    fromMs!: number;

    @Field(() => DateTimeScalar, {
      name: 'to',
      description: 'Its end, which is no longer part of it; or that of the whole time, where that is earlier.',
    })
    toMs!: number;
  }
  for (const [field, { type, description }] of Object.entries(dimensions)) {
    Field(type, { nullable: true, description })(StatisticsRow.prototype as object, field);
  }

  @ObjectType(name, { description: `${capitalized(counted)} in figures, all of one state of the ledger.` })
  class StatisticsType {
    @Field(() => DateTimeScalar, { name: 'from', description: 'The beginning of the time, as it was asked for.' })
    fromMs!: number;

    @Field(() => DateTimeScalar, {
      name: 'to',
      description:
        'The end of the time. Earlier than asked for where that is in the future: then it is when the answer was made.',
    })
    toMs!: number;

    @Field(() => [StatisticsRow], {
      description:
        'The groups, as many as `first` allows. A group with nothing in an hour, day or week has no row for it.',
    })
    rows!: Statistics<Figures>['rows'];

    @Field(() => Int, { description: 'How many rows there are, also beyond `first`.' })
    rowCount!: number;

    @Field(() => figures, {
      description: 'The figures of all groups in the whole time, also of those beyond `first`.',
    })
    total!: Figures;

    @Field(() => CursorScalar, { description: analysedState })
    liveFrom!: string;
  }
  return StatisticsType;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
