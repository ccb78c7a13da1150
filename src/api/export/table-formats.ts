import { valueAt, type Column } from './columns.ts';

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

function csvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

/** Null is an empty cell, the empty text a pair of quotes, and an object or list is JSON. */
function csvCell(value: unknown): string {
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
