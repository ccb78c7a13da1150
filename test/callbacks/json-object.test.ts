import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  jsonDepthMax,
  parseEmbeddedJson,
  parseJsonObject,
  readObject,
  readPosition,
  readTime,
  type JsonObject,
} from '../../src/callbacks/json-object.ts';
import { anyJsonObject, anySpacing } from '../support/json-arbitraries.ts';

function parse(text: string): JsonObject {
  const parsed = parseJsonObject(Buffer.from(text));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.object;
}

function nested(levels: number): string {
  return '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
}

describe('a body is read as one JSON object', () => {
  test('that equals what JSON.parse reads, as long as no integer is too long', () => {
    fc.assert(
      fc.property(anyJsonObject, anySpacing, (object, space) => {
        const text = space(object);
        expect(JSON.stringify(parse(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test('behind a byte order mark', () => {
    expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 });
  });

  test('with U+FFFD for bytes that are not UTF-8', () => {
    const body = Buffer.concat([Buffer.from('{"a":"x'), Buffer.from([0xff, 0xc3]), Buffer.from('y"}')]);
    expect(parseJsonObject(body)).toEqual({ ok: true, object: { a: 'x\ufffd\ufffdy' } });
  });

  test(`down to ${jsonDepthMax} levels`, () => {
    expect(parseJsonObject(Buffer.from(nested(jsonDepthMax))).ok).toBe(true);
    expect(parseJsonObject(Buffer.from(nested(jsonDepthMax).replace('1', 'null'))).ok).toBe(true);
    expect(parseJsonObject(Buffer.from(nested(jsonDepthMax + 1)))).toEqual({ ok: false, reason: 'TOO_DEEP' });
  });
});

describe('integers beyond 2^53', () => {
  test.each([
    ['as a member', '{"a":6674468118806626493}', { a: '6674468118806626493' }],
    ['with blanks around them', '{"a" :\t 6674468118806626493 }', { a: '6674468118806626493' }],
    ['in lists', '[6674468118806626493,-6674468118806626493]', ['6674468118806626493', '-6674468118806626493']],
    ['right above 2^53', '{"a":9007199254740993}', { a: '9007199254740993' }],
    ['right below -2^53', '{"a":-9007199254740993}', { a: '-9007199254740993' }],
    ['of a hundred digits', `{"a":${'7'.repeat(100)}}`, { a: '7'.repeat(100) }],
  ])('keep their digits: %s', (_name, text, value) => {
    expect(parse(`{"in":${text}}`)).toEqual({ in: value });
    expect(parseEmbeddedJson(text)).toEqual(value);
  });

  test.each([
    ['2^53 - 1', '9007199254740991'],
    ['a fraction', '1234567890123456789.5'],
    ['an exponent', '12345678901234567e2'],
  ])('are meant alone; a number stays: %s', (_name, text) => {
    expect(parse(`{"a":${text}}`)).toEqual({ a: Number(text) });
  });

  test('stay as they are inside strings, whatever is around them', () => {
    const strings = ['6674468118806626493', ': 6674468118806626493,', '"[6674468118806626493]\\', '\\"', '\u2028 1'];
    const object = { long: 1, '6674468118806626493': strings };
    const text = JSON.stringify(object).replace('"long":1', '"long":6674468118806626493');
    expect(parse(text)).toEqual({ ...object, long: '6674468118806626493' });
  });

  test('property: digits are kept wherever they are', () => {
    const digits = fc.bigInt({ min: 2n ** 53n, max: 10n ** 30n }).map(String);
    fc.assert(
      fc.property(anyJsonObject, digits, fc.boolean(), anySpacing, (object, long, minus, space) => {
        const sign = minus ? '-' : '';
        const text = space({ before: object, long: ['LONG'], after: object }).replace('"LONG"', sign + long);
        // A generated text may hold the word too: then it is not this property's example.
        fc.pre(!JSON.stringify(object).includes('LONG'));
        expect(parse(text)['long']).toEqual([sign + long]);
        expect(JSON.stringify(parse(text)['after'])).toBe(JSON.stringify(object));
      }),
    );
  });
});

describe('what is no JSON object is refused with its reason', () => {
  test.each([
    ['nothing', '', 'EMPTY'],
    ['blanks', ' \r\n\t', 'EMPTY'],
    ['a byte order mark alone', '\ufeff', 'EMPTY'],
    ['a word', 'hello', 'NOT_JSON'],
    ['half an object', '{"a":1', 'NOT_JSON'],
    ['two objects', '{}{}', 'NOT_JSON'],
    ['a number with a leading zero', '{"a":0006674468118806626493}', 'NOT_JSON'],
    ['a long integer as a key', '{6674468118806626493:1}', 'NOT_JSON'],
    ['a list', '[{"a":1}]', 'NOT_AN_OBJECT'],
    ['null', 'null', 'NOT_AN_OBJECT'],
    ['a string', '"{}"', 'NOT_AN_OBJECT'],
    ['a long integer', '6674468118806626493', 'NOT_AN_OBJECT'],
    ['objects 200,000 deep', nested(200_000), 'TOO_DEEP'],
    ['brackets 200,000 deep, never closed', '['.repeat(200_000), 'NOT_JSON'],
  ])('%s', (_name, text, reason) => {
    expect(parseJsonObject(Buffer.from(text))).toEqual({ ok: false, reason });
  });

  test('property: no bytes make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        expect(typeof parseJsonObject(body).ok).toBe('boolean');
      }),
    );
  });

  test('in time that grows with its length alone, also for a string that never ends', () => {
    const escapes = 250_000;
    const endless = `{"long":6674468118806626493,"text":"${'\\"'.repeat(escapes)}`;
    const began = performance.now();
    expect(parseJsonObject(Buffer.from(endless))).toEqual({ ok: false, reason: 'NOT_JSON' });
    expect(parseJsonObject(Buffer.from(`${endless}"}`)).ok).toBe(true);
    // Milliseconds, and on no machine a minute; many minutes where each quotation mark begins a search to the end.
    expect(performance.now() - began).toBeLessThan(60_000);
  });

  test('and embedded JSON that can not be read is undefined', () => {
    expect(['', '{', '['.repeat(200_000), '['.repeat(65) + ']'.repeat(65)].map(parseEmbeddedJson)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(parseEmbeddedJson('null')).toBeNull();
  });
});

describe('what the log has of our own is read, or is nothing', () => {
  test('an object', () => {
    expect(['{"a":1}', '[1]', 'null', '"a"', 'no'].map((text) => readObject(Buffer.from(text)))).toEqual([
      { a: 1 },
      {},
      {},
      {},
      {},
    ]);
  });

  test('a time as a text', () => {
    expect(['2018-12-18T06:49:50.123Z', 'once', 2018, null].map(readTime)).toEqual([
      1_545_115_790_123,
      null,
      null,
      null,
    ]);
  });

  test('a position as the text of its digits', () => {
    expect(['9223372036854775807', '0', '1x', 'x1', '', '-1', '1'.repeat(20), 1].map(readPosition)).toEqual([
      9_223_372_036_854_775_807n,
      0n,
      ...[null, null, null, null, null, null],
    ]);
  });
});
