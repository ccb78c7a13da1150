import { describe, expect, test } from '@jest/globals';
import {
  clockText,
  dateText,
  dayOf,
  fullTimeText,
  isSameDay,
  momentInZone,
  shownTimeOf,
} from '../../console/src/format/times.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const shanghai = { language: 'en-GB', timeZone: 'Asia/Shanghai' };

describe('a time is relative for an hour, then the clock, then with its date', () => {
  test.each([
    ['2026-11-21T11:56:00Z', { kind: 'ago', agoMs: 240_000 }],
    ['2026-11-21T11:00:00.001Z', { kind: 'ago', agoMs: 3_599_999 }],
    ['2026-11-21T11:00:00Z', { kind: 'clock' }],
    ['2026-11-20T16:00:00Z', { kind: 'clock' }],
    ['2026-11-20T15:59:59Z', { kind: 'date' }],
  ])('%s in Shanghai', (at, shown) => {
    expect(shownTimeOf(Date.parse(at), now, 'Asia/Shanghai')).toEqual(shown);
  });

  test('a clock that is a little ahead of ours means now; one far ahead is shown as it is', () => {
    expect(shownTimeOf(now + 60_000, now, 'UTC')).toEqual({ kind: 'ago', agoMs: 0 });
    expect(shownTimeOf(now + 60_001, now, 'UTC')).toEqual({ kind: 'clock' });
  });
});

test('a day is that of the zone', () => {
  const [evening, night] = [Date.parse('2026-11-20T15:59:59Z'), Date.parse('2026-11-20T16:00:00Z')];
  expect([isSameDay(evening, night, 'UTC'), isSameDay(evening, night, 'Asia/Shanghai')]).toEqual([true, false]);
});

test('times are in the zone that is asked for', () => {
  const at = Date.parse('2026-11-20T16:05:09.250Z');
  expect(dayOf(at, 'Asia/Shanghai')).toBe('2026-11-21');
  expect(clockText(at, shanghai)).toBe('00:05:09');
  expect(clockText(at, shanghai, false)).toBe('00:05');
  expect(fullTimeText(at, shanghai)).toBe('2026-11-21 00:05:09.250 GMT+8');
});

test('the year is named where it is another one', () => {
  expect(dateText(Date.parse('2026-11-20T16:05:09Z'), shanghai, now)).toBe('21 Nov');
  expect(dateText(Date.parse('2025-11-20T16:05:09Z'), shanghai, now)).toBe('21 Nov 2025');
});

describe('a clock in a zone is a moment', () => {
  test.each([
    ['UTC', '2026-11-21', '20:10:32', '2026-11-21T20:10:32.000Z'],
    ['Asia/Shanghai', '2026-11-21', '00:05:09', '2026-11-20T16:05:09.000Z'],
    ['America/New_York', '2026-07-01', '20:00:00', '2026-07-02T00:00:00.000Z'],
    ['Europe/Berlin, before the clocks are put forward', '2026-03-29', '01:59:59', '2026-03-29T00:59:59.000Z'],
    ['Europe/Berlin, after it', '2026-03-29', '03:00:00', '2026-03-29T01:00:00.000Z'],
    ['Asia/Kathmandu', '2026-11-21', '05:45:00', '2026-11-21T00:00:00.000Z'],
  ])('%s: %s %s', (zone, day, clock, at) => {
    expect(new Date(momentInZone(day, clock, zone.split(',')[0] ?? '') ?? 0).toISOString()).toBe(at);
  });

  test('that no day has is none', () => {
    expect([momentInZone('2026-02-30T', '10:00:00', 'UTC'), momentInZone('2026-11-21', '25:00:00', 'UTC')]).toEqual([
      null,
      null,
    ]);
  });
});
