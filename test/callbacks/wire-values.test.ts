import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hideCredentials } from '../../src/api/redact.ts';
import {
  idLengthMax,
  readCode,
  readDuration,
  readId,
  readInteger,
  readMs,
  readName,
  readSecondsAsMs,
  readStreamName,
  readText,
  textLengthMax,
} from '../../src/callbacks/wire-values.ts';

const strange: readonly unknown[] = [undefined, null, true, false, {}, [], ['1'], { a: 1 }, NaN, Infinity, -Infinity];

describe('no reader throws, and what can not be read is null', () => {
  const readers = { readText, readId, readInteger, readCode, readDuration, readSecondsAsMs, readMs };

  test.each(Object.entries(readers))('%s', (_name, read) => {
    expect(strange.map((value) => read(value))).toEqual(strange.map(() => null));
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const result = read(value);
        expect(result === null || typeof result === 'string' || Number.isSafeInteger(result)).toBe(true);
      }),
    );
  });
});

describe('text', () => {
  test.each([
    ['a string as it is', ' a b ', ' a b '],
    ['a number by its digits', 42, '42'],
    ['zero', 0, '0'],
    ['an empty string', '', null],
  ])('%s', (_name, value, read) => {
    expect(readText(value)).toBe(read);
  });

  test('is cut where a row would grow without a bound', () => {
    expect(readText('x'.repeat(textLengthMax))).toBe('x'.repeat(textLengthMax));
    expect(readText('x'.repeat(textLengthMax + 1))).toHaveLength(textLengthMax);
    expect(readText('a'.repeat(70), 60)).toMatch(/^a{26}…~[0-9a-f]{32}$/);
  });

  test.each([
    ['text', (text: string) => readText(text)],
    ['a name', (text: string) => readName(text)],
    ['the name of a stream', (text: string) => readStreamName(text)],
    ['an identifier', readId],
  ])('%s that differs only in what is cut remains different', (_name, read) => {
    const begin = '1'.repeat(textLengthMax);
    const [one, other] = [read(`${begin}1`), read(`${begin}2`)];
    expect(one).toContain('…~');
    expect(one).not.toBe(other);
    expect(read(`${begin}1`)).toBe(one);
  });

  test('the query of a stream name is no part of it, also where the name is cut', () => {
    const name = 's'.repeat(600);
    expect(readStreamName(`${name}?x`)).toBe(readStreamName(name));
  });
});

describe('identifiers', () => {
  test.each([
    ['a string of digits', '6674468118806626493', '6674468118806626493'],
    ['blanks around it', ' 12345678\n', '12345678'],
    ['leading zeros kept', '0012', '0012'],
    ['a number', 12_345_678, '12345678'],
    ['zero', 0, '0'],
    ['a number that has lost digits', 2 ** 53, null],
    ['a fraction', 1.5, null],
    ['only blanks', '  ', null],
    ['the longest', 'a'.repeat(idLengthMax), 'a'.repeat(idLengthMax)],
  ])('%s', (_name, value, read) => {
    expect(readId(value)).toBe(read);
  });
});

describe('whole numbers', () => {
  test.each([
    ['a number', 314, 314],
    ['zero', 0, 0],
    ['zero as a string', '0', 0],
    ['a string', '314', 314],
    ['a negative string with blanks', ' -22 ', -22],
    ['the greatest', '9007199254740991', 9_007_199_254_740_991],
    ['one that lost digits', 9_007_199_254_740_992, null],
    ['one that would lose digits', '9007199254740993', null],
    ['an empty string', '', null],
    ['blanks', ' ', null],
    ['a fraction', 1.5, null],
    ['a fraction as a string', '1.5', null],
    ['an exponent as a string', '1e3', null],
    ['hexadecimal', '0x10', null],
    ['a word', 'ok', null],
  ])('%s', (_name, value, read) => {
    expect(readInteger(value)).toBe(read);
  });

  test('a code stays within what GraphQL’s Int holds', () => {
    expect([2 ** 31 - 1, '-2147483647', 2 ** 31, -(2 ** 31) - 1].map(readCode)).toEqual([
      2_147_483_647,
      -2_147_483_647,
      null,
      null,
    ]);
  });

  test('a length of time is never negative', () => {
    expect(['30000', 0, -1, '-30000'].map(readDuration)).toEqual([30_000, 0, null, null]);
  });
});

describe('times', () => {
  test('are seconds or milliseconds since 1970, between 1970 and 9999; 0 is unknown', () => {
    expect([1_545_115_790, '1545115790', 0, '0', -1, 253_402_300_799, 253_402_300_800].map(readSecondsAsMs)).toEqual([
      1_545_115_790_000,
      1_545_115_790_000,
      null,
      null,
      null,
      253_402_300_799_000,
      null,
    ]);
    expect([1_545_115_790_123, '1545115790123', 0, -5, 253_402_300_799_999, 253_402_300_800_000].map(readMs)).toEqual([
      1_545_115_790_123,
      1_545_115_790_123,
      null,
      null,
      253_402_300_799_999,
      null,
    ]);
  });
});

describe('a name', () => {
  test.each([
    ['s?txSecret=SECRET', 's'],
    ['live/s?a=1&txSecret=SECRET', 'live/s'],
    ['rtmp://u:SECRET@push.example.com/live', 'rtmp://push.example.com/live'],
    ['https://push.example.com/live#SECRET', 'https://push.example.com/live'],
    [String.raw`s\u003ftxSecret=SECRET`, 's'],
    ['?txSecret=SECRET', null],
    ['push.example.com', 'push.example.com'],
    ['what? 방송 #1', 'what? 방송 #1'],
    [String.raw`a\u0041b`, String.raw`a\u0041b`],
    [7, '7'],
    [{}, null],
  ])('%j is read as %j', (value, name) => {
    expect(readName(value, 64)).toBe(name);
  });

  test('is cut before it is shortened: a login that is cut off in the middle is one all the same', () => {
    expect(readName(`rtmp://u:${'SECRET'.repeat(20)}@a/b`, 32)).toBe('rtmp://a/b');
  });

  test.each([
    [readName, ' live\n', 'live'],
    [readName, ' \t', null],
    [readName, ' https://a/b ?key=SECRET', 'https://a/b'],
    [readName, ` ${'x'.repeat(600)} `, readName('x'.repeat(600))],
    [readStreamName, '\u00a0studio ?SECRET ', 'studio'],
    [readStreamName, 'a  b', 'a  b'],
  ])('%p has no blanks around it: %j', (read, value, name) => {
    expect(read(value)).toBe(name);
  });

  test('of a stream ends before any question mark', () => {
    expect(readStreamName('studio?SECRET')).toBe('studio');
    expect(readStreamName('?SECRET')).toBeNull();
  });

  test('property: what viewers may not read of a body is in no name', () => {
    fc.assert(
      fc.property(fc.string(), fc.webUrl(), (text, url) => {
        for (const value of [`${text}?k=SECRET`, `${url}?SECRET`, url.replace('://', '://u:SECRET@')]) {
          if (hideCredentials(value).includes('SECRET')) continue;
          expect(readName(value, 512) ?? '').not.toContain('SECRET');
        }
      }),
    );
  });
});
