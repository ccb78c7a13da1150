import { valueAt, type Column } from '../../graphql/tables/columns.ts';

/** How a table is written. */
export interface TableFormat {
  readonly contentType: string;
  /** What comes before the rows. */
  head(columns: readonly Column[]): string;
  row(columns: readonly Column[], row: unknown): string;
}

/** The formats of tables, by the ending of the URL. */
export const tableFormats: Readonly<Record<'csv' | 'jsonl', TableFormat>> = {
  /** RFC 4180: commas, CRLF, a line of names. UTF-8 without a byte order mark, which programs would take for a character. */
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: (columns) => csvLine(columns.map(({ name }) => name)),
    row: (columns, row) => csvLine(columns.map(({ path }) => csvCell(valueAt(row, path)))),
  },
  /** An object in JSON a line, with its values as GraphQL has them. */
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

/** Null is an empty cell, and an empty text is quotes; objects and lists are JSON. */
function csvCell(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string') return usual.test(value) ? value : quoted(withoutFormula(value));
  const text = JSON.stringify(value);
  return typeof value === 'object' ? quoted(withoutFormula(text)) : text;
}

/** Nearly all texts: ASCII that begins no formula, and needs no quotes. The other expressions take several times as long. */
const usual = /^[\dA-Za-z](?:[ -!#-+\--:<-~]*[!#-+\--:<-~])?$/;

/** Quotes where a cell needs them: separators of any spreadsheet, quotes, blanks at an end, which some readers cut, and the empty text. */
function quoted(text: string): string {
  return /^$|[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A spreadsheet runs a text that begins like a formula, and who pushes a stream chooses its name: such a text gets an
 * apostrophe in front (OWASP, CSV Injection). So does what begins like one after a semicolon, a tab or a line break: spreadsheets
 * that separate by these begin a cell there. Where there are apostrophes already, there is one more, so that a reader that
 * removes one has what was sent. Numbers are not texts.
 */
function withoutFormula(text: string): string {
  return text.replaceAll(formulaStart, "'");
}

/** Quotes are passed over, as spreadsheets do where they expect none. */
const formulaStart = /^(?=['"]*[=+\-@\t\r\n＝＋－＠])|(?<=[;\t\r\n])(?=['"]*[=+\-@＝＋－＠])/g;
