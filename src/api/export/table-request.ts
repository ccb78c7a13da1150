import {
  getNullableType,
  isInputObjectType,
  isListType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLInputType,
} from 'graphql';
import { LedgerError } from '../../kernel/errors.ts';
import { pageNodesMax } from '../../lists/list-args-type.ts';
import { statisticsRowsMax } from '../../analysis/statistics/statistics-args-type.ts';
import { defaultColumns, readColumns, selectionOf, type Column } from './columns.ts';
import type { Table } from './tables.ts';

/** The request for a table, as an operation of GraphQL. */
export interface TableRequest {
  readonly table: Table;
  readonly columns: readonly Column[];
  /** An operation with the rows as `table`; of a paged list, with `$first` and `$after`. */
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Rows at most; null: all. */
  readonly rowsMax: number | null;
}

/** Parameters of a URL; a repeated parameter is a list. */
export type Parameters = Readonly<Record<string, unknown>>;

/** Arguments of lists that are not parameters: a table begins at the beginning, and its reader sees no pages. */
const argsOfPages: ReadonlySet<string> = new Set(['after', 'last', 'before']);

/** The names of the parameters that a table takes: the arguments of its field, and `fields`. */
export function parametersOf({ args }: Table): string[] {
  return [...args.map(({ name }) => name).filter((name) => !argsOfPages.has(name)), 'fields'];
}

/**
 * Reads parameters by the types of the arguments that they are named after: an input object is JSON; a list is
 * comma-separated or JSON; everything else is text. An absent parameter is not sent, so that defaults of the schema
 * apply. GraphQL checks whether a value fits its type.
 * @throws LedgerError - BAD_USER_INPUT: names the parameter, never its value
 */
export function readTableRequest(table: Table, parameters: Parameters): TableRequest {
  const names = parametersOf(table);
  if (Object.keys(parameters).some((name) => !names.includes(name))) {
    throw refusal(`There is a parameter that ${table.name} does not have. It takes: ${names.join(', ')}.`);
  }
  const isPaged = table.rowsField === 'nodes';
  const given = table.args.filter(({ name }) => parameters[name] !== undefined && !(isPaged && name === 'first'));
  const missing = table.args.filter((arg) => isRequiredArgument(arg) && !given.includes(arg));
  if (missing.length > 0) throw refusal(`Parameters are missing: ${missing.map(({ name }) => name).join(', ')}.`);
  const variables = Object.fromEntries(given.map((arg) => [arg.name, readArgument(arg, parameters[arg.name])]));
  const { fields } = parameters;
  const columns =
    fields === undefined
      ? defaultColumns(table, textsOf(variables['groupBy']))
      : readColumns(table, textOf('fields', fields));
  return {
    table,
    columns,
    variables: takesFirst(table) ? { first: rowsMaxWithoutPages(table), ...variables } : variables,
    query: queryOf(table, given, selectionOf(table, columns)),
    rowsMax: parameters['first'] === undefined ? null : readRowsMax(textOf('first', parameters['first'])),
  };
}

/** Rows that a table without pages can have: as many as its field returns at most. */
export function rowsMaxWithoutPages({ rowsField }: Table): number {
  return rowsField === 'rows' ? statisticsRowsMax : pageNodesMax;
}

function takesFirst({ args, rowsField }: Table): boolean {
  return rowsField !== 'nodes' && args.some(({ name }) => name === 'first');
}

function queryOf(table: Table, given: readonly GraphQLArgument[], selection: string): string {
  const { name, args, rowsField } = table;
  const alwaysGiven = rowsField === 'nodes' ? ['first', 'after'] : takesFirst(table) ? ['first'] : [];
  const used = args.filter((arg) => given.includes(arg) || alwaysGiven.includes(arg.name));
  const declared = used.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  const passed = used.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const beside = { nodes: 'pageInfo { hasNextPage endCursor }', rows: 'rowCount', points: '' };
  const rows = rowsField === null ? selection : `${rowsField} { ${selection} } ${beside[rowsField]}`;
  const inParentheses = (text: string) => (text === '' ? '' : `(${text})`);
  return `query ${inParentheses(declared)} { table: ${name}${inParentheses(passed)} { ${rows} } }`;
}

function readArgument({ name, type }: GraphQLArgument, value: unknown): unknown {
  const text = textOf(name, value);
  const nullable = getNullableType(type);
  if (isInputObjectType(nullable) || (isListType(nullable) && text.startsWith('['))) {
    try {
      return JSON.parse(text);
    } catch {
      throw refusal(`The parameter ${name} is not JSON.`);
    }
  }
  if (!isListType(nullable)) return readScalar(nullable, text);
  return text === '' ? [] : text.split(',').map((entry) => readScalar(nullable.ofType, entry.trim()));
}

/** Reads numbers and booleans as such if they are valid; their type refuses anything else. */
function readScalar(type: GraphQLInputType, text: string): unknown {
  const name = String(getNullableType(type));
  if ((name === 'Int' || name === 'Float') && /^-?\d{1,15}(\.\d{1,9})?$/.test(text)) return Number(text);
  if (name === 'Boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function readRowsMax(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw refusal('The parameter first must be a number of rows, such as 1000.');
  return Number(text);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw refusal(`The parameter ${name} is there more than once.`);
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}

function refusal(message: string): LedgerError {
  return new LedgerError('BAD_USER_INPUT', message);
}
