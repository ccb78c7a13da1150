import {
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { fieldOfDimension } from '../../analysis/statistics/statistics.ts';
import { mayHaveSecrets } from '../audit-in-schema.ts';
import { LedgerError } from '../../kernel/errors.ts';

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

/** A column: a field of the rows, or a path to one, such as `endCause.side`. */
export interface Column {
  /** The path with dots, as it was asked for. */
  readonly name: string;
  readonly path: readonly string[];
}

/** Columns of one table. The widest type has about 30 fields. */
const columnsMax = 60;

/** Fields in a path. */
const pathLengthMax = 6;

/** Shown only if they are asked for by name: fields that nobody reads or that hardly ever have a value, large ones, and a credential. */
const onlyByName: ReadonlySet<string> = new Set(['id', 'cursor', 'body', 'bodyText', 'streamParam', 'endCodeText']);

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

/** Whether columns have fields in which admins read secrets. An object is shown with its scalar fields. */
export function showsSecrets({ rowType }: Pick<Table, 'rowType'>, columns: readonly Column[]): boolean {
  return columns.some(({ path }) => {
    let type: GraphQLNamedType | undefined = rowType;
    for (const name of path) {
      const field: GraphQLField<unknown, unknown> | undefined = isObjectType(type) ? type.getFields()[name] : undefined;
      if (field !== undefined && mayHaveSecrets(field)) return true;
      type = field === undefined ? undefined : getNamedType(field.type);
    }
    const fields = isObjectType(type) ? type.getFields() : {};
    return (
      isObjectType(type) &&
      scalarFields(type).some((name) => fields[name] !== undefined && mayHaveSecrets(fields[name]))
    );
  });
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

/** How a table is written. */
export interface TableFormat {
  readonly contentType: string;
  /** The text before the rows. */
  head(columns: readonly Column[]): string;
  row(columns: readonly Column[], row: unknown): string;
}

/** The formats of tables, by the ending of the URL. */
export const tableFormats: Readonly<Record<'csv' | 'jsonl', TableFormat>> = {
  /** RFC 4180: commas, CRLF, a header line. UTF-8 without a byte order mark, which programs would read as a character. */
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: (columns) => csvLine(columns.map(({ name }) => name)),
    row: (columns, row) => csvLine(columns.map(({ path }) => csvCell(valueAt(row, path)))),
  },
  /** One JSON object per line, with the values that GraphQL returns. */
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: () => '',
    row: (columns, row) =>
      `${JSON.stringify(Object.fromEntries(columns.map(({ name, path }) => [name, valueAt(row, path)])))}\n`,
  },
};

/** One record, of cells that are written already. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

/** Null is an empty cell, the empty text a pair of quotes, and an object or list is JSON. */
export function csvCell(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string') return usual.test(value) ? value : quoted(withoutFormula(value));
  const text = JSON.stringify(value);
  return typeof value === 'object' ? quoted(withoutFormula(text)) : text;
}

/** Matches nearly all texts: ASCII that begins no formula and needs no quotes. The other expressions take several times as long. */
const usual = /^[\dA-Za-z](?:[ -!#-+\--:<-~]*[!#-+\--:<-~])?$/;

/** Quotes the empty text, separators of any spreadsheet, quotes, and blanks at either end, which some readers cut. */
function quoted(text: string): string {
  return /^$|[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Puts an apostrophe before a text that begins like a formula (OWASP, CSV Injection): a spreadsheet would run it, and whoever
 * pushes a stream chooses its name. It does so too after a semicolon, a tab or a line break, where some spreadsheets begin a
 * cell. A text that already has apostrophes gets one more, so that a reader that removes one has the original. Numbers are
 * not texts.
 */
function withoutFormula(text: string): string {
  return text.replaceAll(formulaStart, "'");
}

/** Skips quotes, as spreadsheets do if they expect none. */
const formulaStart = /^(?=['"]*[=+\-@\t\r\n＝＋－＠])|(?<=[;\t\r\n])(?=['"]*[=+\-@＝＋－＠])/g;
