import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tableFormats } from '../../../src/api/export/tables.ts';

const columns = [
  { name: 'a', path: ['a'] },
  { name: 'b.c', path: ['b', 'c'] },
];
const csv = (a: unknown, c: unknown = null) => tableFormats.csv.row(columns, { a, b: { c } });

test.each<[value: unknown, cell: string]>([
  [null, ''],
  ['', '""'],
  ['stream', 'stream'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  [' blank', '" blank"'],
  ['방송 😀', '방송 😀'],
  [-22, '-22'],
  [0.92, '0.92'],
  [false, 'false'],
  [['a', 'b'], '"[""a"",""b""]"'],
  [{ side: 'CLIENT' }, '"{""side"":""CLIENT""}"'],
  ['=1+1', "'=1+1"],
  ['=HYPERLINK("http://a.example","x")', '"\'=HYPERLINK(""http://a.example"",""x"")"'],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@sum', "'@sum"],
  ['\t=1', '"\'\t\'=1"'],
  ['a;b', '"a;b"'],
  ['a\tb', '"a\tb"'],
  ['a;=1+1', '"a;\'=1+1"'],
  ['a\t@sum', '"a\t\'@sum"'],
  ['a\r\n-1', '"a\r\n\'-1"'],
  ["a;'=1", '"a;\'\'=1"'],
  ['a;"=1"', '"a;\'""=1"""'],
  ['"=1"', '"\'""=1"""'],
  [['a;=1'], '"[""a;\'=1""]"'],
  ["'=1", "''=1"],
  ["'quoted'", "'quoted'"],
  ['＝1', "'＝1"],
  ['1=1', '1=1'],
])('%j is the cell %s', (value, cell) => {
  expect(csv(value)).toBe(`${cell},\r\n`);
});

test('a path goes into objects, and into each entry of a list; beneath what is missing, nothing is', () => {
  expect(tableFormats.csv.row(columns, { a: 1, b: null })).toBe('1,\r\n');
  expect(tableFormats.csv.row(columns, { a: 1, b: [{ c: 1 }, { c: null }] })).toBe('1,"[1,null]"\r\n');
  expect(tableFormats.jsonl.row(columns, { a: 1, b: { c: '=1' } })).toBe('{"a":1,"b.c":"=1"}\n');
});

/** Reads one record by RFC 4180. */
function parseRecord(line: string): string[] {
  return [...line.slice(0, -2).matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
  );
}

const apostropheOfFormula = /^'(?=['"]*[=+\-@\t\r\n＝＋－＠])|(?<=[;\t\r\n])'(?=['"]*[=+\-@＝＋－＠])/g;

test('whatever the texts are, a reader of CSV gets them back, but for the apostrophe of a formula', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('"', ',', ';', '=', '\r', '\n', ' ', '\t', "'", 'a') }),
  );
  fc.assert(
    fc.property(text, text, (one, other) => {
      const read = parseRecord(csv(one, other));
      const parts = read.flatMap((cell) => cell.split(/[;\t\r\n]/));
      expect(parts.filter((part) => /^"*[=+\-@]/.test(part))).toEqual([]);
      expect(read.map((cell) => cell.replaceAll(apostropheOfFormula, ''))).toEqual([one, other]);
    }),
  );
});
