import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contentTypeToKeep, readArrival, signatures, writeArrival, type Arrival } from '../../src/callbacks/arrival.ts';
import { readGolden } from '../support/golden.ts';

const golden = readGolden<{ arrival: Arrival; metadata: string }[]>('arrival-metadata');

describe('how a callback arrived, as the log has it', () => {
  test.each(golden)('is for ever: $metadata', ({ arrival, metadata }) => {
    expect(writeArrival(arrival).toString()).toBe(metadata);
    expect(readArrival(Buffer.from(metadata))).toEqual(arrival);
  });

  test('the golden file holds every verdict', () => {
    expect(new Set(golden.map(({ arrival }) => arrival.signature))).toEqual(new Set(signatures));
  });

  test('property: what is written is read back', () => {
    const anyArrival = fc.record({
      receivedAtMs: fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59.999Z') }),
      signature: fc.constantFrom(...signatures),
      remoteAddress: fc.string(),
      contentType: fc.string({ minLength: 1, maxLength: 256, unit: 'grapheme-ascii' }),
    });
    fc.assert(
      fc.property(anyArrival, (arrival) => {
        expect(readArrival(writeArrival(arrival))).toEqual(arrival);
      }),
    );
  });

  test('says where it was captured, if it was imported', () => {
    const arrival = { receivedAtMs: 0, signature: 'UNSIGNED', remoteAddress: '' } as const;
    expect(JSON.parse(writeArrival({ ...arrival, captured: 'line 7' }).toString())).toMatchObject({
      captured: 'line 7',
    });
    expect(writeArrival(arrival).toString()).not.toContain('captured');
  });

  test('may say more than this version knows', () => {
    const metadata = '{"future":[1],"remoteAddress":7,"signature":"TOKEN","receivedAt":"2018-12-18T06:49:50.123Z"}';
    expect(readArrival(Buffer.from(metadata))).toEqual({
      receivedAtMs: 1_545_115_790_123,
      signature: 'TOKEN',
      remoteAddress: '',
    });
  });
});

describe('a content type is kept where it can be sent on and is not the documented one', () => {
  test.each(['application/json; charset=utf-8', 'Application/JSON', ';;=,', 'x'.repeat(256)])('%s', (given) => {
    expect(contentTypeToKeep(given)).toBe(given);
  });

  test.each([undefined, '', 'application/json', 'x'.repeat(257), 'a\r\nb: c', 'a\tb', 'té', '\x7f', 7])(
    'not %j',
    (given) => {
      expect(contentTypeToKeep(given)).toBeUndefined();
      const metadata = { receivedAt: new Date(0).toISOString(), signature: 'VALID', contentType: given };
      expect(readArrival(Buffer.from(JSON.stringify(metadata)))).not.toHaveProperty('contentType');
    },
  );
});

describe('metadata of others is recognized', () => {
  test.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1'],
    ['an empty object', '{}'],
    ['no time', '{"signature":"VALID","remoteAddress":""}'],
    ['a time as a number', '{"receivedAt":1545115790123,"signature":"VALID"}'],
    ['a time that is none', '{"receivedAt":"yesterday","signature":"VALID"}'],
    ['an unknown verdict', '{"receivedAt":"2018-12-18T06:49:50.123Z","signature":"GOOD"}'],
    ['a verdict that is a name of every object', '{"receivedAt":"2018-12-18T06:49:50.123Z","signature":"toString"}'],
  ])('%s', (_name, metadata) => {
    expect(readArrival(Buffer.from(metadata))).toBeNull();
  });

  test('property: no bytes make the reader throw', () => {
    const anyBytes = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(anyBytes, (metadata) => {
        expect(readArrival(metadata)).toBeNull();
      }),
    );
  });
});
