import { describe, expect, test } from '@jest/globals';
import { isTimeZone, periodKinds, periodsAtMost, periodStarts, hoursWithin } from '../../src/analysis/periods.ts';
import { labelOf } from '../support/analysis-oracle.ts';

const quarterMs = 900_000;
const utc = (text: string) => Date.parse(`${text}Z`);
const startsOf = (...given: Parameters<typeof periodStarts>) =>
  periodStarts(...given).map((ms) => new Date(ms).toISOString().slice(0, 16));

/** Where clocks are changed: by an hour, by half an hour, at midnight, and where offsets are no whole hours. */
const changes: [timeZone: string, atMs: number][] = [
  ['UTC', utc('2026-03-29T01:00')],
  ['Europe/Berlin', utc('2026-03-29T01:00')],
  ['Europe/Berlin', utc('2026-10-25T01:00')],
  ['America/New_York', utc('2026-11-01T06:00')],
  ['Australia/Lord_Howe', utc('2026-04-04T15:00')],
  ['Australia/Lord_Howe', utc('2026-10-03T15:30')],
  ['Asia/Kathmandu', utc('2026-01-01T00:00')],
  ['America/Sao_Paulo', utc('2018-02-18T02:00')],
  ['America/Sao_Paulo', utc('2018-11-04T03:00')],
  ['Pacific/Apia', utc('2011-12-30T10:00')],
];

describe('hours, days and weeks of a time zone', () => {
  test.each(changes)('%s: begin where the clocks show the next one, quarter by quarter', (timeZone, changedAt) => {
    const [fromMs, toMs] = [changedAt - 9 * 86_400_000 - quarterMs, changedAt + 9 * 86_400_000];
    for (const kind of periodKinds.filter((each) => each !== 'MINUTE')) {
      const expected: number[] = [fromMs];
      for (let atMs = fromMs + quarterMs; atMs < toMs; atMs += quarterMs) {
        if (labelOf(kind, timeZone, atMs) !== labelOf(kind, timeZone, atMs - quarterMs)) expected.push(atMs);
      }
      const starts = periodStarts(kind, timeZone, fromMs, toMs);
      expect([kind, starts]).toEqual([kind, expected]);
      if (timeZone !== 'Australia/Lord_Howe') {
        expect(starts.length).toBeLessThanOrEqual(periodsAtMost(kind, fromMs, toMs) + 1);
      }
    }
  });

  test('minutes begin with those of the clock, also where clocks change', () => {
    const [fromMs, toMs] = [utc('2026-03-29T00:58') + 30_000, utc('2026-03-29T01:02')];
    expect(startsOf('MINUTE', 'Europe/Berlin', fromMs, toMs).map((start) => start.slice(11))).toEqual([
      '00:58',
      '00:59',
      '01:00',
      '01:01',
    ]);
    expect(periodsAtMost('MINUTE', fromMs, toMs)).toBe(5);
  });

  test('a date that is shown again after midnight has begun before', () => {
    // At 00:01 the clocks of Newfoundland were put back to 23:01.
    const starts = startsOf('DAY', 'America/St_Johns', utc('2010-11-06T12:00'), utc('2010-11-08T12:00'));
    expect(starts).toEqual(['2010-11-06T12:00', '2010-11-07T02:30', '2010-11-08T03:30']);
  });

  test('a window shorter than a period is one, and begins where it does', () => {
    expect(startsOf('DAY', 'UTC', utc('2026-05-05T10:30'), utc('2026-05-05T10:31'))).toEqual(['2026-05-05T10:30']);
    expect(startsOf('DAY', 'UTC', utc('2026-05-05T00:00'), utc('2026-05-06T00:00'))).toEqual(['2026-05-05T00:00']);
  });

  test('years long ago and far ahead', () => {
    expect(startsOf('DAY', 'Europe/Berlin', -62_135_596_800_000, -62_135_596_800_000 + 86_400_000)).toHaveLength(2);
    expect(
      startsOf('WEEK', 'Europe/Berlin', 253_402_300_799_000 - 86_400_000, 253_402_300_799_000).length,
    ).toBeGreaterThan(0);
  });
});

test('time zones are known by name, not by offset', () => {
  const names = ['UTC', 'Europe/Berlin', 'Asia/Shanghai', 'Mars/Olympus', '+01:00', '', 'Europe'];
  expect(names.filter(isTimeZone)).toEqual(['UTC', 'Europe/Berlin', 'Asia/Shanghai']);
});

const hours = (from: string, to: string, on: 'SPRING' | 'AUTUMN', [fromMinute, toMinute]: [number, number]) => {
  const [day, next] = on === 'SPRING' ? ['2026-03-29', '2026-03-31'] : ['2026-10-25', '2026-10-27'];
  const found = hoursWithin({ weekdays: [0], fromMinute, toMinute }, 'Europe/Berlin', {
    fromMs: Date.parse(`${day}T00:00:00+01:00`) - 3_600_000,
    toMs: Date.parse(`${next}T00:00:00Z`),
  });
  expect(found.map((one) => [one.fromMs, one.toMs].map((ms) => new Date(ms).toISOString().slice(5, 16)))).toEqual([
    [from, to],
  ]);
};

test('weekly hours follow the clocks: one that is skipped is in none, one that is repeated counts twice', () => {
  // Clocks go from 02:00 to 03:00 on 29 March, and from 03:00 to 02:00 on 25 October.
  hours('03-29T00:00', '03-29T02:00', 'SPRING', [60, 240]);
  hours('10-24T23:00', '10-25T03:00', 'AUTUMN', [60, 240]);
  // Into the next day.
  hours('03-29T20:00', '03-30T00:00', 'SPRING', [22 * 60, 26 * 60]);
});
