import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DateTimeScalar } from '../../../src/api/declare-type.ts';

describe('DateTime', () => {
  test.each([
    '2026-01-31T12:00:00.000Z',
    '2024-02-29T00:00:00Z',
    '2026-12-31T23:30-05:00',
    '1970-01-01T00:00:00+14:00',
  ])('reads %s', (text) => {
    expect(DateTimeScalar.parseValue(text)).toBe(Date.parse(text));
  });

  test.each([
    '2026-02-30T00:00:00Z',
    '2026-02-29T12:00:00+02:00',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '',
    5,
    null,
  ])('refuses %p', (value) => {
    expect(() => DateTimeScalar.parseValue(value)).toThrow(/^DateTime /);
  });
});

describe('a DateTime that is sent', () => {
  const times = fc.oneof(
    fc.integer({ min: -1e12, max: 4e12 }),
    fc.integer({ min: -9e15, max: 9e15 }),
    fc.double(),
    fc.constantFrom(0, -1, 253_402_300_799_999, 253_402_300_800_000, 8.64e15, 8.64e15 + 1),
  );

  test('is what Date makes of it, or an error where Date makes none', () => {
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 5 }), (all) => {
        for (const ms of all) {
          const date = new Date(ms);
          if (Number.isNaN(date.getTime())) expect(() => DateTimeScalar.serialize(ms)).toThrow(RangeError);
          else expect(DateTimeScalar.serialize(ms)).toBe(date.toISOString());
        }
      }),
      { numRuns: 300 },
    );
  });
});
