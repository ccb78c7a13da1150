import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema, isObjectType } from 'graphql';
import { spreadsheetOf } from '../../../src/api/export/spreadsheet.ts';

const rowType = buildSchema(`
  scalar DateTime
  type Cause { summary: String }
  type Inner { id: ID, atMs: Float, at: DateTime }
  type Row { id: ID, name: String, at: DateTime, pushDurationMs: Float, delayMsP50: Float, share: Float, count: Int,
    eventType: Int, endCode: Int, isLive: Boolean, one: Inner, several: [Inner!], times: [DateTime!] }
  type Ended { endCode: Int, endCause: Cause }
  type Query { row: Row, ended: Ended }
`);

function sheet(type: 'Row' | 'Ended', names: readonly string[], row: object, timeZone = 'UTC') {
  const found = rowType.getType(type);
  if (!isObjectType(found)) throw new Error('The schema has no such type.');
  const columns = names.map((name) => ({ name, path: name.split('.') }));
  const made = spreadsheetOf({ name: 'rows', args: [], rowType: found, rowsField: 'nodes' }, columns, timeZone);
  return { head: made.format.head(columns), row: made.format.row(columns, row), columns: made.columns };
}

const cell = (name: string, value: unknown, timeZone?: string) =>
  sheet('Row', [name], { [name]: value }, timeZone).row.slice(0, -2);

test('the head begins with a byte order mark; times name their zone, and durations no unit', () => {
  const names = ['id', 'at', 'pushDurationMs', 'delayMsP50', 'one.atMs', 'several.atMs', 'times'];
  expect(sheet('Row', names, {}, 'Europe/Berlin').head).toBe(
    '\uFEFFid,at (Europe/Berlin),pushDuration,delayP50,one.at,several.atMs,times\r\n',
  );
});

test.each<[name: string, value: unknown, cell: string]>([
  ['id', '850000000000000001', '"=""850000000000000001"""'],
  ['id', '123456789012345', '123456789012345'],
  ['id', '0012', '"=""0012"""'],
  ['name', '12e5', '"=""12e5"""'],
  ['name', '-850000000000000001', "'-850000000000000001"],
  ['name', '=1+1', "'=1+1"],
  ['name', 'a;=1', '"a;\'=1"'],
  ['name', '850000000000000001\n=1', '"850000000000000001\n\'=1"'],
  ['name', '', '""'],
  ['name', null, ''],
  ['share', 0.92, '0.92'],
  ['share', 9_007_199_254_740_991, '"=""9007199254740991"""'],
  ['isLive', true, 'true'],
  ['pushDurationMs', 0, '0:00:00'],
  ['pushDurationMs', 602_000, '0:10:02'],
  ['pushDurationMs', 97_384_000, '27:03:04'],
  ['pushDurationMs', 29_500, '0:00:29.500'],
  ['pushDurationMs', 59_999.7, '0:01:00'],
  ['pushDurationMs', -5_000, '-0:00:05'],
  ['delayMsP50', 850, '0:00:00.850'],
  ['eventType', 1, 'PUSH'],
  ['eventType', 999, 'OTHER (999)'],
  ['endCode', 1, 'The pusher ended the stream or closed its connection. (1)'],
  ['several', [{ id: '850000000000000001' }], '"[{""id"":""850000000000000001""}]"'],
  ['times', ['2026-11-21T11:43:01.000Z'], '"[""2026-11-21T11:43:01.000Z""]"'],
])('%s of %j is the cell %s', (name, value, expected) => {
  expect(cell(name, value)).toBe(expected);
});

test.each([
  ['UTC', '2026-11-21T11:43:01.250Z', '2026-11-21 11:43:01'],
  ['Asia/Shanghai', '2026-11-21T23:43:01.000Z', '2026-11-22 07:43:01'],
  ['Asia/Kathmandu', '2026-11-21T11:43:01.000Z', '2026-11-21 17:28:01'],
  ['Europe/Berlin', '2026-10-25T00:59:59.000Z', '2026-10-25 02:59:59'],
  ['Europe/Berlin', '2026-10-25T01:00:00.000Z', '2026-10-25 02:00:00'],
])('in %s, %s is %s', (timeZone, time, shown) => {
  expect(cell('at', time, timeZone)).toBe(shown);
});

test('the code of an end is read as its cause where the row has it: that knows of another push', () => {
  const { columns, row } = sheet('Ended', ['endCode'], { endCause: { summary: 'Another push replaced it.' } });
  expect(columns).toEqual([{ name: 'endCode', path: ['endCause', 'summary'] }]);
  expect(row).toBe('Another push replaced it.\r\n');
  expect(sheet('Ended', ['endCode'], { endCause: null }).row).toBe('\r\n');
});

describe('whatever a text is', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('"', ',', ';', '=', '\r', '\n', '1', '0', 'e', '-', '@'), maxLength: 20 }),
  );

  test('the only formula is one that is a text of digits', () => {
    fc.assert(
      fc.property(text, (value) => {
        const written = cell('name', value);
        const content = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
        const formulas = content.split(/[;\t\r\n]/).filter((part) => /^"*[=+\-@]/.test(part));
        for (const formula of formulas) expect(formula).toMatch(/^="[0-9]+(?:[eE][0-9]+)?"$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
