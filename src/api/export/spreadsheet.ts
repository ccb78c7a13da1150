import { getNamedType, getNullableType, isListType, isObjectType, type GraphQLObjectType } from 'graphql';
import { createOffsets } from '../../analysis/periods.ts';
import { callbackTypeOf } from '../../callbacks/callback.ts';
import { endCauseOf } from '../../sessions/interruption-codes.ts';
import { csvCell, csvLine, valueAt, type Column, type Table, type TableFormat } from './tables.ts';

/** A column in the form for spreadsheets. */
interface SheetColumn {
  readonly head: string;
  readonly path: readonly string[];
  /** The cell of a value that is not null. */
  readonly cellOf: (value: unknown) => string;
}

/** Columns that are read, and how they are written. */
interface Spreadsheet {
  readonly columns: readonly Column[];
  readonly format: TableFormat;
}

/**
 * CSV for people who open it in Excel, LibreOffice or Google Sheets: a byte order mark, times by the clocks of a time zone, durations as
 * h:mm:ss, codes in words, and long digits as text. Cells with lists or objects are JSON, as in the plain form.
 */
export function spreadsheetOf(table: Table, columns: readonly Column[], timeZone: string): Spreadsheet {
  const localTime = createLocalTimes(timeZone);
  const sheet = columns.map((column) => toSheetColumn(table.rowType, column, { timeZone, localTime }));
  const cellOf = ({ path, cellOf: write }: SheetColumn, row: unknown) => {
    const value = valueAt(row, path);
    return value === null ? '' : write(value);
  };
  return {
    columns: sheet.map(({ head, path }) => ({ name: head, path })),
    format: {
      contentType: 'text/csv; charset=utf-8; header=present',
      head: () => `\uFEFF${csvLine(sheet.map(({ head }) => csvCell(head)))}`,
      row: (_columns, row) => csvLine(sheet.map((column) => cellOf(column, row))),
    },
  };
}

interface Zone {
  readonly timeZone: string;
  readonly localTime: (time: string) => string;
}

/** A duration: `pushDurationMs`, `delayMsP50`. */
const durationName = /Ms(?=$|P\d+$)/;

function toSheetColumn(rowType: GraphQLObjectType, { name, path }: Column, zone: Zone): SheetColumn {
  const single = singleAt(rowType, path);
  const plain = { head: name, path, cellOf: csvCell };
  if (single === null) return plain;
  const { parent, field, typeName } = single;
  if (typeName === 'DateTime') {
    return { head: `${name} (${zone.timeZone})`, path, cellOf: (value) => zone.localTime(value as string) };
  }
  if (typeName === 'Float' && durationName.test(name)) {
    return { head: name.replace(durationName, ''), path, cellOf: (value) => toDuration(value as number) };
  }
  if (field === 'eventType') return { ...plain, cellOf: (value) => csvCell(kindOf(value as number)) };
  if (field === 'endCode') {
    // Only the cause of a session knows whether another push replaced it.
    return 'endCause' in parent.getFields()
      ? { ...plain, path: [...path.slice(0, -1), 'endCause', 'summary'] }
      : { ...plain, cellOf: (value) => csvCell(causeOf(value as number)) };
  }
  return { ...plain, cellOf: textCell };
}

/** The last field of a path, if it has a single value; null if the path goes through a list, or ends in an object. */
function singleAt(rowType: GraphQLObjectType, path: readonly string[]) {
  let parent = rowType;
  for (const [index, name] of path.entries()) {
    const type = getNullableType(parent.getFields()[name]?.type);
    if (type === undefined || isListType(type)) return null;
    const named = getNamedType(type);
    const isLast = index === path.length - 1;
    if (isLast) return isObjectType(named) ? null : { parent, field: name, typeName: named.name };
    if (!isObjectType(named)) return null;
    parent = named;
  }
  return null;
}

/** Texts that a spreadsheet would read as a number, and change: more digits than it keeps, zeros in front, an exponent. */
const changedNumber = /^(?:\d{16,}|0\d+|\d+[eE]\d+)$/;

/**
 * Such a text as a formula that is only this text: `="0012"`. Excel and Google Sheets show the text, LibreOffice the formula, and
 * none of them reads a number. It consists of digits and an e, so nothing else can be in the formula.
 */
function textCell(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && changedNumber.test(text) ? `"=""${text}"""` : csvCell(value);
}

function kindOf(eventType: number): string {
  const { kind } = callbackTypeOf(eventType);
  return kind === 'OTHER' ? `${kind} (${eventType})` : kind;
}

/** With the code, because groups by code may have the same cause. */
function causeOf(endCode: number): string {
  const { summary } = endCauseOf({ endCode, endCodeText: null, endMessage: null }, false);
  return `${summary} (${endCode})`;
}

/** `602000` as `0:10:02`, with milliseconds if there are any. */
function toDuration(ms: number): string {
  const whole = Math.round(Math.abs(ms));
  const [hours, minutes, seconds] = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1_000) % 60].map(Math.floor);
  const rest = whole % 1_000;
  const sign = ms < 0 ? '-' : '';
  return `${sign}${hours}:${two(minutes)}:${two(seconds)}${rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`}`;
}

function two(value: number | undefined): string {
  return String(value).padStart(2, '0');
}

/** Time zones change their clocks at full quarters of an hour. */
const quarterMs = 900_000;

/** Writes times as `2026-11-21 19:43:01`, which spreadsheets read as times; they show milliseconds instead of the hour, so there are none. */
function createLocalTimes(timeZone: string): (time: string) => string {
  const offsetAt = createOffsets(timeZone);
  // Neighbouring rows are often of the same quarter, and an offset takes microseconds.
  let known = { quarter: NaN, offsetMs: 0 };
  return (time) => {
    const atMs = Date.parse(time);
    const quarter = Math.floor(atMs / quarterMs);
    if (quarter !== known.quarter) known = { quarter, offsetMs: offsetAt(atMs) };
    return new Date(atMs + known.offsetMs).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length).replace('T', ' ');
  };
}
