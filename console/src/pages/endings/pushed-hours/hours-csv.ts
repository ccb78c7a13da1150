/** A row of hours: what it is of, the total and each day, in milliseconds. */
export interface HoursRow {
  readonly name: string;
  readonly pushedMs: number;
  readonly days: readonly number[];
}

/** 26:30: hours and minutes, as spreadsheets read a duration. Truncated, as everywhere on the page. */
function hoursAndMinutes(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/**
 * The table of hours as it is on the page, as CSV for a spreadsheet: with a byte order mark, because Excel otherwise
 * reads another alphabet. Names that look like formulas get an apostrophe in front, as in the exports of the API.
 */
export function hoursCsv(head: readonly string[], rows: readonly HoursRow[]): string {
  const lines = [
    head.map(cell),
    ...rows.map(({ name, pushedMs, days }) => [cell(name), ...[pushedMs, ...days].map(hoursAndMinutes)]),
  ];
  return `\uFEFF${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",;\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
