import {
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** A list or a statistic of the schema, whose rows can be read as a table. */
export interface Table {
  /** The name of its field of `Query`. */
  readonly name: string;
  readonly args: readonly GraphQLArgument[];
  readonly rowType: GraphQLObjectType;
  /** The field of the answer that has the rows; null if the answer is the rows. Only `nodes` come in pages. */
  readonly rowsField: RowsField | null;
}

/** Of a connection, of statistics, and of concurrency. */
const rowsFields = ['nodes', 'rows', 'points'] as const;
type RowsField = (typeof rowsFields)[number];

/** Every list and every statistic of `Query`, by its name. Tables follow from the schema, so that none is forgotten. */
export function tablesOf(schema: GraphQLSchema): ReadonlyMap<string, Table> {
  const tables = new Map<string, Table>();
  for (const { name, type, args } of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const answer = getNamedType(type);
    if (!isObjectType(answer)) continue;
    if (isListType(getNullableType(type))) {
      tables.set(name, { name, args, rowType: answer, rowsField: null });
      continue;
    }
    const rowsField = rowsFields.find((field) => field in answer.getFields());
    const rowType = rowsField === undefined ? null : getNamedType(answer.getFields()[rowsField]?.type);
    if (rowsField !== undefined && isObjectType(rowType)) tables.set(name, { name, args, rowType, rowsField });
  }
  return tables;
}
