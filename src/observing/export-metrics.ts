import { Counter, type Registry } from 'prom-client';
import { askAtScrape } from './asked-metrics.ts';

/** How an export ended: it is whole, either side closed the connection early, or a page could not be read. */
export const exportEnds = ['WHOLE', 'CLOSED', 'FAILED'] as const;
export type ExportEnd = (typeof exportEnds)[number];

/** Counts exports and their rows by the name of the table, never by the parameters of the request. */
export interface ExportMetrics {
  ended(table: string, end: ExportEnd): void;
  rows(table: string, count: number): void;
}

/** Registers the metrics of exports; `tables` are the values of the label. */
export function observeExports(registry: Registry, tables: Iterable<string>, open: () => number): ExportMetrics {
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
    ended: (table, end) => ended.inc({ table, end }),
    rows: (table, count) => rows.inc({ table }, count),
  };
}
