import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { restamp } from '../../src/forwarding/send.ts';

/** So that `t` is that of the vendor's sample, whose signature by the key `test` is known. */
const nowMs = (1_545_030_873 - 600) * 1_000;
const sign = 'ca3e25e5dc17a6f9909a9ae7281e300d';

const restamped = (body: string) => Buffer.from(restamp(Buffer.from(body), 'test', nowMs)).toString();

describe('re-stamping', () => {
  test('replaces t and sign, and leaves every other byte', () => {
    expect(restamped('{ "a" : "é\\"t\\":1", "t":1 ,"sign" : "x","z":[{"t":2,"sign":"y"}], "event_time":7}\n')).toBe(
      `{ "a" : "é\\"t\\":1", "t":1545030873 ,"sign" : "${sign}","z":[{"t":2,"sign":"y"}], "event_time":7}\n`,
    );
  });

  test('keeps t a string where it is one', () => {
    expect(restamped('{"sign":"x","t":"1"}')).toBe(`{"sign":"${sign}","t":"1545030873"}`);
  });

  test('finds names that are written with escapes', () => {
    expect(restamped('{"\\u0074":1,"sign":""}')).toBe(`{"\\u0074":1545030873,"sign":"${sign}"}`);
  });

  test.each(['{}', '{"t":1}', '{"sign":"x"}', '{"msg":{"t":1,"sign":"x"}}', '["t",1,"sign","x"]'])(
    'changes nothing where there is no signature: %s',
    (body) => expect(restamped(body)).toBe(body),
  );

  test.each(['{"\\x":1,"t":1,"sign":"x"}', '{"t":1,"sign":"x",\\:2}', 'not JSON: \\'])(
    'changes nothing of what cannot be read as JSON: %s',
    (body) => expect(restamped(body)).toBe(body),
  );

  test('changes only these two, whatever else there is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), fc.nat(3), (others, isText, indent) => {
        const body = { ...others, t: isText ? '5' : 5, sign: 'x' };
        const expected = { ...others, t: isText ? '1545030873' : 1_545_030_873, sign };
        expect(restamped(JSON.stringify(body, null, indent))).toBe(JSON.stringify(expected, null, indent));
      }),
    );
  });
});
