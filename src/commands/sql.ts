import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { OperatorError } from '../kernel/errors.ts';
import { hiderOf } from '../kernel/secrets.ts';
import { findLogFolder } from '../node/data-dir.ts';
import { knownSecrets } from '../node/known-secrets.ts';
import { openReadModelForReading } from '../projecting/file/read-model-file.ts';
import { sqlFileIn } from '../projecting/file/read-models-on-disk.ts';
import { sqlViews } from '../projecting/file/sql-views.ts';
import { SettingsInvalid } from '../settings/settings-reader.ts';
import { readSettings } from '../settings/settings.ts';
import { environmentWith, serviceFlags } from '../settings/variables.ts';
import type { Command, GivenFlags } from './command-line.ts';

/** Rows that are written unless more are asked for: what a person looks through. */
const rowsByDefault = 1_000;
/** Rows that can be asked for: they are kept in memory, and written once all are read. */
const rowsMax = 100_000;
/** Seconds that a statement may run unless more are asked for. While it runs, the write-ahead log of the service only grows. */
const secondsByDefault = 30;
const secondsMax = 3_600;
/** Characters of a cell in a table on a terminal. */
const cellLengthMax = 60;

const viewNames = sqlViews.map(({ name }) => name);

/** `live-ledger sql`: the path of the read models for programs that read SQLite, or the rows of one statement. */
export const sqlCommand: Command = {
  name: 'sql',
  meaning: 'print the path of the SQLite file with the views of docs/sql.md, or the rows of one SELECT statement',
  argument: { name: 'statement', meaning: 'a SELECT statement; put quotes around it. Left out: the path is printed' },
  flags: {
    ...serviceFlags,
    csv: { fallback: null, meaning: 'rows as CSV' },
    json: { fallback: null, meaning: 'rows as JSON lines' },
    rows: { fallback: String(rowsByDefault), meaning: 'rows that are written at most' },
    seconds: { fallback: String(secondsByDefault), meaning: 'seconds after which the statement is stopped' },
  },
  async run(given) {
    const bounds = readBounds(given);
    const settings = readSettings(environmentWith(given));
    const folder = findLogFolder(settings);
    const file = sqlFileIn(folder);
    if (!existsSync(file)) {
      throw new OperatorError(
        `There is no ${file}. Start the service: it makes the file once its read models can answer.`,
      );
    }
    const { statement } = given;
    if (typeof statement !== 'string') {
      process.stdout.write(`${file}\n`);
      process.stderr.write(
        `Open it read-only, for example: sqlite3 -readonly ${file}\nIts views, which docs/sql.md describes: ${viewNames.join(', ')}\n`,
      );
      return true;
    }
    if (process.env[childVariable] === undefined) return runInChild(bounds.seconds);
    const { csvCell, csvLine } = await import('../api/export/tables.ts');
    const format: Format =
      given['json'] === true
        ? jsonLines
        : given['csv'] === true
          ? (names, rows) => [names, ...rows].map((row) => csvLine(row.map(csvCell))).join('')
          : table;
    writeRows(file, statement, { max: bounds.rows, format, hide: hiderOf(knownSecrets(settings)) });
    return true;
  },
};

function readBounds(given: GivenFlags): { readonly rows: number; readonly seconds: number } {
  const problems: string[] = [];
  const read = (flag: string, byDefault: number, max: number) => {
    const text = String(given[flag] ?? byDefault);
    if (!/^\d{1,9}$/.test(text) || Number(text) < 1 || Number(text) > max)
      problems.push(`--${flag}: must be 1 to ${max}`);
    return Number(text);
  };
  const bounds = { rows: read('rows', rowsByDefault, rowsMax), seconds: read('seconds', secondsByDefault, secondsMax) };
  if (given['json'] === true && given['csv'] === true) problems.push('--json and --csv exclude each other');
  if (problems.length > 0) throw new SettingsInvalid(problems);
  return bounds;
}

/** Set in the process that runs the statement. */
const childVariable = 'LIVE_LEDGER_SQL_CHILD';

/** Runs the same command line in a process of its own, because a statement that runs can only be stopped with its process. */
async function runInChild(seconds: number): Promise<boolean> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [childVariable]: '1' },
    timeout: seconds * 1_000,
    killSignal: 'SIGKILL',
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (child.killed) {
    throw new OperatorError(`The statement was stopped after ${seconds} s. Ask for less, or give it more --seconds.`);
  }
  return status === 0;
}

type Cell = string | number | null;
type Row = readonly Cell[];
type Format = (names: readonly string[], rows: readonly Row[]) => string;

interface Writing {
  /** Rows at most. */
  readonly max: number;
  readonly format: Format;
  /** What is done to each text. The views can only find secrets by their form, and only where a field declares that it may have one. */
  readonly hide: (text: string) => string;
}

/** @throws OperatorError - SQLite refuses the statement, or it is no reading one */
function writeRows(file: string, sql: string, { max, format, hide }: Writing): void {
  const db = openReadModelForReading(file);
  try {
    const statement = db.prepare<[], readonly unknown[]>(sql).safeIntegers();
    if (!statement.reader || !statement.readonly)
      throw new OperatorError('Only a statement that reads is run: a SELECT.');
    const names = statement.columns().map(({ name }) => name);
    const rows: Row[] = [];
    for (const row of statement.raw().iterate()) {
      if (rows.length === max) {
        process.stderr.write(`Only the first ${max} rows: there are more. Ask for fewer, or for more with --rows.\n`);
        break;
      }
      rows.push(row.map((value) => (typeof value === 'string' ? hide(value) : shown(value))));
    }
    process.stdout.write(format(names, rows));
  } catch (error) {
    throw refusalOf(error);
  } finally {
    db.close();
  }
}

/** Of a statement, SQLite's messages name what it does not know; they quote no values. */
function refusalOf(error: unknown): unknown {
  const { name, code, message } = error as { readonly name: string; readonly code?: string; readonly message: string };
  if (name === 'RangeError') return new OperatorError('Give one statement, not several.');
  if (code?.startsWith('SQLITE_') !== true) return error;
  const views = /no such (table|view)/.test(message) ? ` The views: ${viewNames.join(', ')}.` : '';
  return new OperatorError(`SQLite refused the statement: ${message}.${views}`);
}

/** A number where it fits; bytes as hexadecimal text. */
function shown(value: unknown): Cell {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : (value as Cell);
}

const jsonLines: Format = (names, rows) =>
  rows.map((row) => `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, row[at]])))}\n`).join('');

const table: Format = (names, rows) => {
  const cells = rows.map((row) => row.map(cellOf));
  const widths = names.map((name, at) =>
    cells.reduce((width, row) => Math.max(width, row[at]?.length ?? 0), name.length),
  );
  const lines = [names, widths.map((width) => '-'.repeat(width)), ...cells];
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
};

/** Whoever pushes a stream chooses its name, so a terminal gets no control characters from it. */
function cellOf(value: Cell): string {
  const text = value === null ? '' : String(value).replaceAll(/\p{C}/gu, '\ufffd');
  return text.length > cellLengthMax ? `${text.slice(0, cellLengthMax - 1)}…` : text;
}
