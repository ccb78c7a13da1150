import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import type { ExportEnd } from '../../observing/part-metrics.ts';
import type { GraphqlRequest } from '../context.ts';
import { OperationRefused, type LiveOperations } from '../subscriptions/live-operations.ts';
import type { Column } from './columns.ts';
import type { OpenExport } from './open-exports.ts';
import type { TableFormat } from './table-formats.ts';
import type { AnswerPage } from './table-pages.ts';

/** A table whose first page has been read. */
export interface ReadingTable {
  readonly columns: readonly Column[];
  readonly first: readonly unknown[];
  readonly others: AsyncIterable<readonly unknown[]>;
  readonly format: TableFormat;
  /** Notes when a page waits for the client, and when it has been taken. */
  readonly pace: OpenExport;
  /** Called with the number of rows of each page. */
  readonly onRows: (count: number) => void;
  /** Called if a page can't be read, before the connection is cut off. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * Sends a table after the HTTP head. It reads a page once the client has taken most of the one before. If a page can't be read,
 * it destroys the connection, because an answer that ends normally looks whole. It never rejects.
 */
export async function sendTable(response: ServerResponse, table: ReadingTable): Promise<ExportEnd> {
  let end: ExportEnd = 'CLOSED';
  /** The next page is pulled when there is room for it. */
  function* paced(text: string) {
    table.pace.given(Buffer.byteLength(text));
    yield text;
    table.pace.taken();
  }
  async function* texts() {
    try {
      yield table.format.head(table.columns);
      yield* paced(textOf(table, table.first));
      for await (const rows of table.others) yield* paced(textOf(table, rows));
    } catch (error) {
      // Reading also fails if it was abandoned because the client is gone.
      if (!response.destroyed) {
        end = 'FAILED';
        table.onFailed(error);
      }
      throw error;
    }
  }
  try {
    await pipeline(Readable.from(texts(), { highWaterMark: 1 }), response);
    return 'WHOLE';
  } catch {
    return end;
  }
}

function textOf({ columns, format, onRows }: ReadingTable, rows: readonly unknown[]): string {
  onRows(rows.length);
  return rows.map((row) => format.row(columns, row)).join('');
}

/** Answers pages until their client is gone, and then abandons the page that is being read. */
export function answerPages(operations: LiveOperations, asker: GraphqlRequest, response: ServerResponse): AnswerPage {
  let abandon: () => void = () => undefined;
  response.once('close', () => {
    abandon();
  });
  return async (query, variables) => {
    try {
      const ready = await operations.prepare({ ...asker, query, variables, operationName: null });
      if (ready.kind !== 'REQUEST') throw new TypeError('A table is read by a query.');
      abandon = ready.abandon;
      if (response.destroyed) abandon();
      // Lets callbacks be answered between two pages, and before the first one, whose code may run for the first time.
      await turn();
      return await ready.answer();
    } catch (error) {
      if (error instanceof OperationRefused) return { errors: error.errors };
      throw error;
    }
  };
}
