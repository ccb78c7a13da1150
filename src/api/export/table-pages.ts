import { setImmediate as turn } from 'node:timers/promises';
import { LedgerError, type ErrorCode } from '../../kernel/errors.ts';
import type { SendableResult } from '../errors.ts';
import { rowsMaxWithoutPages, type TableRequest } from './table-request.ts';

/**
 * Nodes of the pages by which a list is read: less than half of the largest page, so that the main thread is busy for a
 * few milliseconds at a time. The first page is small, because code that has not run before takes many times as long.
 * Each later page is twice as large as the one before, or half as large if that one cost too much, as it may if columns
 * make a node expensive.
 */
export const tablePageSizes = { least: 10, most: 200 } as const;

/** Answers one operation: a page of a list, or a whole statistic. */
export type AnswerPage = (query: string, variables: Readonly<Record<string, unknown>>) => Promise<SendableResult>;

interface TableAnswer {
  readonly nodes?: readonly unknown[];
  readonly rows?: readonly unknown[];
  readonly points?: readonly unknown[];
  readonly rowCount?: number;
  readonly pageInfo?: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/**
 * The rows of a table, a page at a time. Each page is read when it is pulled, and shows the state of that moment.
 * @throws LedgerError - the error that GraphQL answered with; OPERATION_TOO_COSTLY: more rows than statistics can have
 */
export async function* readTable(request: TableRequest, answer: AnswerPage): AsyncGenerator<readonly unknown[]> {
  const { table, query, variables, rowsMax } = request;
  if (table.rowsField !== 'nodes') {
    yield wholeOf(request, dataOf(await answer(query, variables)));
    return;
  }
  let [after, left]: [string | null, number] = [null, rowsMax ?? Infinity];
  let [size, sizeMax]: [number, number] = [tablePageSizes.least, tablePageSizes.most];
  for (let hasNextPage = true; hasNextPage && left > 0;) {
    const result = await answer(query, { ...variables, first: Math.min(size, left), after });
    if (isTooMuch(result) && size > tablePageSizes.least) {
      size = sizeMax = Math.max(tablePageSizes.least, Math.floor(size / 2));
      continue;
    }
    size = Math.min(2 * size, sizeMax);
    const { nodes = [], pageInfo } = dataOf(result);
    left -= nodes.length;
    after = pageInfo?.endCursor ?? null;
    hasNextPage = pageInfo?.hasNextPage === true && after !== null;
    yield nodes;
    // A page without nodes is not written, so no socket makes this loop wait.
    await turn();
  }
}

/** Whether a smaller page may be answered: this one may have cost too much, or what belongs to its rows did, such as their bodies. */
function isTooMuch({ errors = [] }: SendableResult): boolean {
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
  const rows = isRows(answer) ? answer : (answer.rows ?? answer.points ?? []);
  if (rowsMax !== null) return rows.slice(0, rowsMax);
  const most = rowsMaxWithoutPages(table);
  const isCut = isRows(answer) ? 'first' in variables && rows.length >= most : (answer.rowCount ?? 0) > rows.length;
  if (!isCut) return rows;
  throw new LedgerError(
    'OPERATION_TOO_COSTLY',
    `The table has more rows than the ${most} that ${table.name} can have. Ask for less time, longer periods or fewer groups, or for so many rows with first.`,
  );
}

function isRows(answer: TableAnswer | readonly unknown[]): answer is readonly unknown[] {
  return Array.isArray(answer);
}

/** One error fails the whole table: a row with a hole in it looks like any other. */
function dataOf({ data, errors = [] }: SendableResult): TableAnswer {
  const [error] = errors;
  if (error !== undefined) throw new LedgerError(error.extensions?.['code'] as ErrorCode, error.message);
  return (data as { table: TableAnswer }).table;
}
