import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { Counter, type Registry } from 'prom-client';
import { exportBytesPerSecondMin, exportPaceMsMin, exportsMax, exportsOfClientMax } from '../../connections/limits.ts';
import { steadyClock, type Clock } from '../../kernel/clock.ts';
import { compressor, type Encoding } from '../http/compression.ts';
import { OperationRefused, type LiveAsker, type LiveOperations } from '../subscriptions/live-operations.ts';
import type { AnswerPage } from './table-request.ts';
import type { Column, TableFormat } from './tables.ts';
import { askAtScrape } from '../../observing/metrics.ts';

/**
 * How fast a client takes an export, by the time that pages wait for it. The time in which the next page is read does not
 * count: that is not the client's.
 */
export class Pace {
  private sinceMs: number;
  private bytes = 0;
  private waitedMs = 0;
  private waitingSinceMs: number | null = null;
  /** Of the last whole period. Infinite at first: who has just begun is not slow. */
  private before = Infinity;

  constructor(private readonly elapsedMs: Clock) {
    this.sinceMs = elapsedMs();
  }

  /** A page of this many bytes waits for the client. */
  given(bytes: number): void {
    this.endPeriod();
    this.waitingSinceMs = this.elapsedMs();
    this.bytes += bytes;
  }

  /** The client has taken most of it: the next page is read. */
  taken(): void {
    this.noteWait();
    this.waitingSinceMs = null;
    this.endPeriod();
  }

  /** Infinite if pages have waited for less than half of the time. */
  bytesPerSecond(): number {
    this.noteWait();
    this.endPeriod();
    return this.before;
  }

  private noteWait(): void {
    if (this.waitingSinceMs === null) return;
    const nowMs = this.elapsedMs();
    this.waitedMs += nowMs - this.waitingSinceMs;
    this.waitingSinceMs = nowMs;
  }

  private endPeriod(): void {
    const nowMs = this.elapsedMs();
    const periodMs = nowMs - this.sinceMs;
    if (periodMs < exportPaceMsMin) return;
    this.before = this.waitedMs * 2 < periodMs ? Infinity : (this.bytes * 1_000) / this.waitedMs;
    this.bytes = 0;
    this.waitedMs = 0;
    this.sinceMs = nowMs;
  }
}

/** The connection of an export. */
interface ExportConnection {
  readonly destroyed: boolean;
  once(event: 'close', listener: () => void): unknown;
  /** Its client sees an incomplete file. */
  destroy(): unknown;
}

/** The exports that are being sent. */
export function createOpenExports(elapsedMs: Clock = steadyClock) {
  const exports = new Map<ExportConnection, { readonly client: string | null; readonly pace: Pace }>();
  let stopping = false;

  /** The connection of the slowest; null if all are fast enough. */
  function slowest(): ExportConnection | null {
    const [first] = [...exports]
      .map(([connection, { pace }]) => ({ connection, bytesPerSecond: pace.bytesPerSecond() }))
      .filter(({ bytesPerSecond }) => bytesPerSecond < exportBytesPerSecondMin)
      .sort((one, other) => one.bytesPerSecond - other.bytesPerSecond);
    return first?.connection ?? null;
  }

  function hasTooMany(client: string | null): boolean {
    if (client === null) return false;
    return [...exports.values()].filter((one) => one.client === client).length >= exportsOfClientMax;
  }

  return {
    open: () => exports.size,
    /**
     * Counts one more until its connection is closed. If there are as many as there may be, the slowest is cut off if it is
     * slower than it may be. Null if there are too many, or the server is stopping.
     * @param client - who asks; null if everybody is the same
     */
    claim(connection: ExportConnection, client: string | null): Pace | null {
      if (stopping || connection.destroyed || hasTooMany(client)) return null;
      if (exports.size >= exportsMax) {
        const slow = slowest();
        if (slow === null) return null;
        exports.delete(slow);
        slow.destroy();
      }
      const pace = new Pace(elapsedMs);
      exports.set(connection, { client, pace });
      connection.once('close', () => exports.delete(connection));
      return pace;
    },
    /** Cuts off every export, so that none delays the shutdown. */
    stop(): void {
      stopping = true;
      for (const connection of exports.keys()) connection.destroy();
    },
  };
}

/** A table whose first page has been read. */
interface ReadingTable {
  readonly columns: readonly Column[];
  readonly first: readonly unknown[];
  readonly others: AsyncIterable<readonly unknown[]>;
  readonly format: TableFormat;
  /** How it is compressed; null: not at all. */
  readonly encoding: Encoding | null;
  /** Notes when a page waits for the client, and when it has been taken. */
  readonly pace: Pick<Pace, 'given' | 'taken'>;
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
  const through = table.encoding === null ? null : compressor(table.encoding);
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
        // What was read before is sent.
        if (through !== null) await new Promise<void>((resolve) => through.flush(resolve));
      }
      throw error;
    }
  }
  try {
    const pages = Readable.from(texts(), { highWaterMark: 1 });
    await (through === null ? pipeline(pages, response) : pipeline(pages, through, response));
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
export function answerPages(operations: LiveOperations, asker: LiveAsker, response: ServerResponse): AnswerPage {
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

/** How an export ended: it is whole, either side closed the connection early, or a page could not be read. */
const exportEnds = ['WHOLE', 'CLOSED', 'FAILED'] as const;
type ExportEnd = (typeof exportEnds)[number];

/** Registers the metrics of exports, by the name of the table, never by the parameters of the request. */
export function observeExports(registry: Registry, tables: Iterable<string>, open: () => number) {
  const registers = [registry];
  askAtScrape(registry, { name: 'exports_open', help: 'Exports of tables that are being sent.' }, open);
  const ended = new Counter({
    name: 'live_ledger_exports_total',
    help: 'Exports of tables that have ended: WHOLE, CLOSED where the connection was closed before, FAILED where a page could not be read.',
    labelNames: ['table', 'end'],
    registers,
  });
  const rows = new Counter({
    name: 'live_ledger_export_rows_total',
    help: 'Rows of tables that were written.',
    labelNames: ['table'],
    registers,
  });
  for (const table of tables) {
    rows.inc({ table }, 0);
    for (const end of exportEnds) ended.inc({ table, end }, 0);
  }
  return {
    ended: (table: string, end: ExportEnd) => ended.inc({ table, end }),
    rows: (table: string, count: number) => rows.inc({ table }, count),
  };
}
