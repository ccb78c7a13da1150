import { Args, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import type { GraphqlContext } from '../../api/context.ts';
import { DateTimeScalar, orNull } from '../../api/declare-type.ts';
import { columnNameOf, type ListField } from '../../lists/list-fields.ts';
import { typedEnums, typedTypes, type TypedTypes } from '../../callbacks/types/typed-list-resolver.ts';
import { fieldsOf, type TypedList } from '../../callbacks/types/typed-lists.ts';
import { answerStatistics, statisticsCost, statisticsWithin } from './statistics-resolver.ts';
import { statisticsOf, toStatisticsQuestion, type DeclaredDimension, type StatisticsArgs } from './statistics-type.ts';
import { typedMeasures, type TypedFigures, type TypedMeasure } from './typed-statistics.ts';

/** Statistics of each list of what callbacks report, such as `pushErrorStatistics`. */
@Resolver()
export class TypedStatisticsResolver {}

for (const [list, types] of typedTypes) declare(list, types);

function declare(list: TypedList, { filter, listed }: TypedTypes): void {
  const { Answer, Args: StatisticsArgsInput } = statisticsOf<TypedFigures, string, TypedMeasure>({
    name: list.typeName,
    counted: listed,
    filtered: listed,
    filter,
    description: `${listed.charAt(0).toUpperCase()}${listed.slice(1)} in figures: those of one time range and, in a row, of one group. What has no time counts nowhere.`,
    figures: {
      count: [
        Int,
        list.counted === undefined ? `How many ${listed} there were.` : `The sum of their \`${list.counted}\`.`,
      ],
      firstAtMs: [orNull(DateTimeScalar), 'The first of them, by CSS’s clock. Null if there are none.'],
      lastAtMs: [orNull(DateTimeScalar), 'The last of them, by CSS’s clock. Null if there are none.'],
    },
    dimensions: dimensionsOf(list),
    measures: typedMeasures,
  });
  const { prototype } = TypedStatisticsResolver;
  const name = `${list.typeName.charAt(0).toLowerCase()}${list.typeName.slice(1)}Statistics`;
  const statistics = {
    value: (context: GraphqlContext, args: StatisticsArgs<string, TypedMeasure>) => {
      const question = toStatisticsQuestion('typedStatistics', fieldsOf(list), args);
      return answerStatistics({ ...question, list: list.name }, context);
    },
  };
  Object.defineProperty(prototype, name, statistics);
  Ctx()(prototype, name, 0);
  Args(() => StatisticsArgsInput)(prototype, name, 1);
  const description = `${listed.charAt(0).toUpperCase()}${listed.slice(1)} in figures: exact, in groups, for any time range and any filter. ${statisticsWithin}`;
  Query(() => Answer, { nullable: true, complexity: statisticsCost, description })(prototype, name, statistics);
}

function dimensionsOf(list: TypedList): Readonly<Record<string, DeclaredDimension>> {
  const fields: Readonly<Record<string, ListField>> = fieldsOf(list);
  const names = ['appId', 'domain', 'path', 'streamId', ...list.groupedBy];
  return Object.fromEntries(
    names.map((field): [string, DeclaredDimension] => {
      const dimension = columnNameOf(field).toUpperCase();
      const { kind = 'TEXT', shown = '' } = fields[field] ?? {};
      const type = kind === 'ID' ? ID : kind === 'INT' ? Int : kind === 'FindingKind' ? typedEnums.FindingKind : String;
      return [dimension, [type, `By \`${field}\`.`, shown]];
    }),
  );
}
