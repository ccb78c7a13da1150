import {
  getNullableType,
  isInputObjectType,
  isListType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLInputType,
} from 'graphql';
import { setImmediate as turn } from 'node:timers/promises';
import { isTimeZone } from '../../analysis/periods.ts';
import { statisticsRowsMax } from '../../analysis/statistics/statistics-type.ts';
import { LedgerError, type ErrorCode } from '../../kernel/errors.ts';
import { pageNodesMax } from '../../lists/list-args-type.ts';
import type { Answer } from '../execution/execute.ts';
import { spreadsheetOf } from './spreadsheet.ts';
import { defaultColumns, readColumns, selectionOf, type Column, type Table, type TableFormat } from './tables.ts';

/** The request for a table, as an operation of GraphQL. */
interface TableRequest {
  readonly table: Table;
  readonly columns: readonly Column[];
  /** How it is written, if it is for a spreadsheet; null: as the ending of the URL says. */
  readonly spreadsheet: TableFormat | null;
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

/** Parameters of every table, besides the arguments of its field. `timeZone` is that of a spreadsheet, too. */
const ownParameters = ['fields', 'for', 'timeZone'];

/** The names of the parameters that a table takes: the arguments of its field, and `ownParameters`. */
export function parametersOf({ args }: Table): string[] {
  const ofField = args.map(({ name }) => name).filter((name) => !argsOfPages.has(name));
  return [...new Set([...ofField, ...ownParameters])];
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
  const plain =
    fields === undefined
      ? defaultColumns(table, textsOf(variables['groupBy']))
      : readColumns(table, textOf('fields', fields));
  const timeZone = readSheetZone(table, parameters);
  const spreadsheet = timeZone === null ? null : spreadsheetOf(table, plain, timeZone);
  const columns = spreadsheet?.columns ?? plain;
  return {
    table,
    columns,
    spreadsheet: spreadsheet?.format ?? null,
    variables: takesFirst(table) ? { first: pageNodesMax, ...variables } : variables,
    query: queryOf(table, given, selectionOf(table, columns)),
    rowsMax: parameters['first'] === undefined ? null : readRowsMax(textOf('first', parameters['first'])),
  };
}

function hasPages({ args }: Table): boolean {
  return args.some(({ name }) => name === 'after');
}

function takesFirst(table: Table): boolean {
  return !hasPages(table) && table.rowsField === null && table.args.some(({ name }) => name === 'first');
}

function queryOf(table: Table, given: readonly GraphQLArgument[], selection: string): string {
  const { name, args, rowsField } = table;
  const alwaysGiven = hasPages(table) ? ['first', 'after'] : takesFirst(table) ? ['first'] : [];
  const used = args.filter((arg) => given.includes(arg) || alwaysGiven.includes(arg.name));
  const declared = used.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  const passed = used.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const beside = hasPages(table) ? 'pageInfo { hasNextPage endCursor }' : '';
  const rows = rowsField === null ? selection : `${rowsField} { ${selection} } ${beside}`;
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

/** The time zone of a spreadsheet; null if the table is for none. */
function readSheetZone(table: Table, { for: purpose, timeZone }: Parameters): string | null {
  if (purpose === undefined) {
    if (timeZone === undefined || table.args.some(({ name }) => name === 'timeZone')) return null;
    throw refusal(`Only with for=spreadsheet does ${table.name} have times of a time zone. Leave timeZone out.`);
  }
  if (textOf('for', purpose) !== 'spreadsheet') throw refusal('The parameter for has one value: spreadsheet.');
  const zone = textOf('timeZone', timeZone ?? 'UTC');
  if (isTimeZone(zone)) return zone;
  throw refusal('timeZone must be a name of the IANA time zone database, such as Asia/Shanghai.');
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

/**
 * Nodes of the pages by which a list is read: less than half of the largest page, so that the main thread is busy for a
 * few milliseconds at a time. The first page is small, because code that has not run before takes many times as long.
 * Each later page is twice as large as the one before, or half as large if that one cost too much, as it may if columns
 * make a node expensive.
 */
export const tablePageSizes = { least: 10, most: 200 } as const;

type Result = Partial<Pick<Answer, 'data' | 'errors'>>;

/** Answers one operation: a page of a list, or a whole statistic. */
export type AnswerPage = (query: string, variables: Readonly<Record<string, unknown>>) => Promise<Result>;

interface TableAnswer {
  readonly nodes?: readonly unknown[];
  readonly rows?: readonly unknown[];
  readonly points?: readonly unknown[];
  readonly pageInfo?: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/**
 * The rows of a table, a page at a time. Each page is read when it is pulled, and shows the state of that moment.
 * @throws LedgerError - the error that GraphQL answered with; OPERATION_TOO_COSTLY: more rows than a list without pages can have
 */
export async function* readTable(request: TableRequest, answer: AnswerPage): AsyncGenerator<readonly unknown[]> {
  const { table, query, variables, rowsMax } = request;
  if (!hasPages(table)) {
    yield wholeOf(request, dataOf(await answer(query, variables)));
    return;
  }
  let [after, left]: [string | null, number] = [null, rowsMax ?? Infinity];
  // Each page of statistics counts everything anew.
  const { least, most } =
    table.rowsField === 'rows' ? { least: statisticsRowsMax, most: statisticsRowsMax } : tablePageSizes;
  let [size, sizeMax]: [number, number] = [least, most];
  for (let hasNextPage = true; hasNextPage && left > 0;) {
    const result = await answer(query, { ...variables, first: Math.min(size, left), after });
    if (isTooMuch(result) && size > least) {
      size = sizeMax = Math.max(least, Math.floor(size / 2));
      continue;
    }
    size = Math.min(2 * size, sizeMax);
    const { nodes, rows = nodes ?? [], pageInfo } = dataOf(result);
    left -= rows.length;
    after = pageInfo?.endCursor ?? null;
    hasNextPage = pageInfo?.hasNextPage === true && after !== null;
    yield rows;
    // A page without rows is not written, so no socket makes this loop wait.
    await turn();
  }
}

/** Whether a smaller page may be answered: this one may have cost too much, or what belongs to its rows did, such as their bodies. */
function isTooMuch({ errors = [] }: Result): boolean {
  return errors.some(
    ({ extensions, path = [] }) => extensions?.['code'] === 'OPERATION_TOO_COSTLY' && path.length !== pathOfList,
  );
}

/** The field of `Query` alone. */
const pathOfList = 1;

/** Without pages, nobody would notice that rows are left out: so they are refused, unless `first` says how many to show. */
function wholeOf(
  { table, rowsMax, variables }: TableRequest,
  answer: TableAnswer | readonly unknown[],
): readonly unknown[] {
  const rows = isRows(answer) ? answer : (answer.points ?? []);
  if (rowsMax !== null) return rows.slice(0, rowsMax);
  if (!('first' in variables) || rows.length < pageNodesMax) return rows;
  throw new LedgerError(
    'OPERATION_TOO_COSTLY',
    `The table has more rows than the ${pageNodesMax} that ${table.name} can have. Ask for less time, or for so many rows with first.`,
  );
}

function isRows(answer: TableAnswer | readonly unknown[]): answer is readonly unknown[] {
  return Array.isArray(answer);
}

/** One error fails the whole table: a row with a hole in it looks like any other. */
function dataOf({ data, errors = [] }: Result): TableAnswer {
  const [error] = errors;
  if (error !== undefined) throw new LedgerError(error.extensions?.['code'] as ErrorCode, error.message);
  return (data as { table: TableAnswer }).table;
}
