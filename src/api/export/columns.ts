import {
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';
import { LedgerError } from '../../kernel/errors.ts';
import { fieldOfDimension } from '../../analysis/statistics/statistics.ts';
import type { Table } from './tables.ts';

/** A column: a field of the rows, or a path to one, such as `endCause.side`. */
export interface Column {
  /** The path with dots, as it was asked for. */
  readonly name: string;
  readonly path: readonly string[];
}

/** Columns of one table. The widest type has about 30 fields. */
export const columnsMax = 60;

/** Fields in a path. */
const pathLengthMax = 6;

/** Shown only if they are asked for by name: fields that nobody reads, large ones, and a credential. */
const onlyByName: ReadonlySet<string> = new Set(['id', 'cursor', 'body', 'bodyText', 'streamParam']);

/**
 * The columns that are shown unless others are chosen: the scalar fields of the rows, except `onlyByName`. Of statistics, the
 * time comes first, then the dimensions that rows are grouped by; the other dimensions would be empty.
 */
export function defaultColumns({ rowType, rowsField, args }: Table, groupBy: readonly string[]): Column[] {
  const names = scalarFields(rowType);
  if (rowsField !== 'rows') return names.map(columnOf);
  const groupings = namesOfGroupings(args).map(fieldOfDimension);
  const first = ['from', 'to', ...groupBy.map(fieldOfDimension)].filter((name) => names.includes(name));
  const figures = names.filter((name) => !first.includes(name) && !groupings.includes(name));
  return [...new Set([...first, ...figures])].map(columnOf);
}

function namesOfGroupings(args: Table['args']): string[] {
  const type = args.find(({ name }) => name === 'groupBy')?.type;
  const named = type === undefined ? null : getNamedType(type);
  return named !== null && 'getValues' in named ? named.getValues().map(({ name }) => name) : [];
}

/**
 * Reads `fields`: comma-separated paths.
 * @throws LedgerError - BAD_USER_INPUT: says which entry, and what there is
 */
export function readColumns({ rowType }: Table, text: string): Column[] {
  const columns = text.split(',').map((name) => columnOf(name.trim()));
  if (columns.length > columnsMax) throw refusal(`fields may name at most ${columnsMax} columns.`);
  columns.forEach(({ path }, index) => {
    if (!isReadable(rowType, path)) {
      throw refusal(
        `Entry ${index + 1} of fields is not a field of ${rowType.name}, or a path of fields with dots between them. Its fields: ${fieldsOf(rowType).join(', ')}.`,
      );
    }
  });
  return columns;
}

function isReadable(rowType: GraphQLObjectType, path: readonly string[]): boolean {
  if (path.length > pathLengthMax) return false;
  let type: GraphQLOutputType = rowType;
  for (const name of path) {
    const field: GraphQLField<unknown, unknown> | undefined = isObjectType(type) ? type.getFields()[name] : undefined;
    if (field === undefined || needsArguments(field)) return false;
    type = getNamedType(field.type);
  }
  return isLeafType(type) || (isObjectType(type) && scalarFields(type).length > 0);
}

/** The fields selected of a row, by their names; empty for a scalar. */
type Selection = Map<string, Selection>;

/** The selection of columns in GraphQL. An object is shown with its scalar fields. */
export function selectionOf({ rowType }: Table, columns: readonly Column[]): string {
  const root: Selection = new Map();
  for (const { path } of columns) {
    let selection = root;
    let type: GraphQLNamedType | undefined = rowType;
    for (const name of path) {
      selection = selectedIn(selection, name);
      type = isObjectType(type) ? getNamedType(type.getFields()[name]?.type) : undefined;
    }
    if (isObjectType(type)) for (const name of scalarFields(type)) selectedIn(selection, name);
  }
  return print(root);
}

function selectedIn(selection: Selection, name: string): Selection {
  const existing: Selection = selection.get(name) ?? new Map<string, Selection>();
  selection.set(name, existing);
  return existing;
}

function print(selection: Selection): string {
  return [...selection].map(([name, inner]) => (inner.size === 0 ? name : `${name} { ${print(inner)} }`)).join(' ');
}

/** The value of a row in a column. If the path goes through a list, a list of the values of its entries. */
export function valueAt(row: unknown, path: readonly string[], depth = 0): unknown {
  const name = path[depth];
  if (name === undefined || row === null) return row;
  if (Array.isArray(row)) return row.map((entry: unknown) => valueAt(entry, path, depth));
  return valueAt((row as Record<string, unknown>)[name] ?? null, path, depth + 1);
}

function columnOf(name: string): Column {
  return { name, path: name.split('.') };
}

function fieldsOf(type: GraphQLObjectType): string[] {
  return Object.values(type.getFields())
    .filter((field) => !needsArguments(field))
    .map(({ name }) => name);
}

function scalarFields(type: GraphQLObjectType): string[] {
  return Object.values(type.getFields())
    .filter((field) => !needsArguments(field) && !onlyByName.has(field.name) && isScalar(field.type))
    .map(({ name }) => name);
}

function isScalar(type: GraphQLOutputType): boolean {
  const nullable = isNonNullType(type) ? type.ofType : type;
  return !isListType(nullable) && isLeafType(nullable);
}

function needsArguments({ args }: GraphQLField<unknown, unknown>): boolean {
  return args.some(isRequiredArgument);
}

function refusal(message: string): LedgerError {
  return new LedgerError('BAD_USER_INPUT', message);
}
