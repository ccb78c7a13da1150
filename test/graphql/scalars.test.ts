import { describe, expect, test } from '@jest/globals';
import { DateTimeScalar } from '../../src/graphql/scalars.ts';

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
