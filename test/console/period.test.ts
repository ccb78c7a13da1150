import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startOf } from '../../console/src/format/slots.ts';
import { calendarPeriods, paramOfSpan, periodOf, periodSpanOf } from '../../console/src/parts/period/period.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 21, 20, 10, 32);
const at = (text: string) => Date.parse(text);
const shown = ({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) =>
  [fromMs, toMs].map((ms) => new Date(ms).toISOString().slice(0, 16)).join(' ');

describe('a period that ends now', () => {
  test('is a day where the address names none that there is', () => {
    const names = [null, '', '7d', 'constructor', '/', 'x/y'].map((param) => periodOf(param, nowMs, 'UTC').name);
    expect(names).toEqual(['24h', '24h', '7d', '24h', '24h', '24h']);
  });

  test.each([
    ['24h', 'UTC', '2026-11-20T20:00Z', '2026-11-21T20:11Z', 'HOUR'],
    ['24h', 'Asia/Kathmandu', '2026-11-20T19:15Z', '2026-11-21T20:11Z', 'HOUR'],
    ['7d', 'UTC', '2026-11-14T00:00Z', '2026-11-21T20:20Z', 'DAY'],
    ['30d', 'Asia/Shanghai', '2026-10-22T16:00Z', '2026-11-21T20:20Z', 'DAY'],
    ['30d', 'Europe/Berlin', '2026-10-21T22:00Z', '2026-11-21T20:20Z', 'DAY'],
  ] as const)(
    '%s in %s begins with a whole hour or day, and ends at the next whole step',
    (name, zone, from, to, unit) => {
      const span = { fromMs: at(from), toMs: at(to) };
      expect(periodOf(name, nowMs, zone)).toMatchObject({ name, span, unit, isOver: false });
      expect(periodOf(name, nowMs + 1, zone)).toMatchObject({ span });
    },
  );
});

describe('a period of the calendar, and the one before', () => {
  test.each([
    ['today', '2026-11-20T23:00 2026-11-21T20:11', '2026-11-19T23:00 2026-11-20T20:11'],
    ['yesterday', '2026-11-19T23:00 2026-11-20T23:00', '2026-11-18T23:00 2026-11-19T23:00'],
    ['week', '2026-11-15T23:00 2026-11-21T20:11', '2026-11-08T23:00 2026-11-14T20:11'],
    ['lastWeek', '2026-11-08T23:00 2026-11-15T23:00', '2026-11-01T23:00 2026-11-08T23:00'],
    ['month', '2026-10-31T23:00 2026-11-21T20:11', '2026-09-30T22:00 2026-10-21T19:11'],
    // Clocks were put back in October.
    ['lastMonth', '2026-09-30T22:00 2026-10-31T23:00', '2026-08-31T22:00 2026-09-30T22:00'],
  ] as const)('%s in Berlin', (name, span, before) => {
    const period = periodOf(name, nowMs, 'Europe/Berlin');
    expect([shown(period.span), shown(period.before)]).toEqual([span, before]);
    expect(period.isOver).toBe(/^last|yesterday/.test(name));
  });

  test('has a minute at midnight itself', () => {
    const midnightMs = Date.UTC(2026, 10, 21);
    expect(periodOf('today', midnightMs, 'UTC')).toMatchObject({
      span: { fromMs: midnightMs, toMs: midnightMs + minuteMs },
      before: { fromMs: midnightMs - dayMs, toMs: midnightMs - dayMs + minuteMs },
    });
  });

  test('begins with a day of the zone, and follows the one before', () => {
    const zones = fc.constantFrom('UTC', 'Asia/Shanghai', 'Europe/Berlin', 'America/Santiago', 'Africa/Cairo');
    const moments = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...calendarPeriods), zones, moments, (name, zone, ms) => {
        const { span, before } = periodOf(name, ms, zone);
        expect(startOf(span.fromMs, 'DAY', zone)).toBe(span.fromMs);
        expect(before.toMs).toBeLessThanOrEqual(span.fromMs);
        expect(before.fromMs).toBeLessThan(before.toMs);
        expect(span.fromMs).toBeLessThan(span.toMs);
      }),
    );
  });
});

describe('a period of its own', () => {
  test('is in the address to the minute, and is what was there', () => {
    const minute = fc.integer({ min: 1, max: 90 * 1440 });
    fc.assert(
      fc.property(minute, minute, (ago, minutes) => {
        const fromMs = Math.floor(nowMs / minuteMs - ago - minutes) * minuteMs;
        const span = { fromMs, toMs: fromMs + minutes * minuteMs };
        const period = periodOf(paramOfSpan(span), nowMs, 'Europe/Berlin');
        expect(period).toMatchObject({ name: null, span, isOver: true, param: paramOfSpan(span) });
        expect(period.before).toEqual({ fromMs: fromMs - minutes * minuteMs, toMs: fromMs });
      }),
    );
  });

  test.each([
    ['2026-11-21T17:00Z/2026-11-21T20:00Z', 'MINUTE'],
    ['2026-11-19T18:00Z/2026-11-21T20:00Z', 'HOUR'],
    ['2026-11-19T17:00Z/2026-11-21T20:00Z', 'DAY'],
  ])('%s has bars for each %s', (param, unit) => expect(periodOf(param, nowMs, 'UTC').unit).toBe(unit));

  test('ends now at the latest, and is neither empty nor longer than a quarter of a year', () => {
    const spans = [
      [nowMs - minuteMs, nowMs + dayMs],
      [nowMs, nowMs],
      [nowMs + dayMs, nowMs + 2 * dayMs],
      [nowMs - 93 * dayMs, nowMs],
      [Number.NaN, nowMs],
    ].map(([fromMs = 0, toMs = 0]) => periodSpanOf({ fromMs, toMs }, nowMs));
    expect(spans.map((span) => span && shown(span))).toEqual([
      '2026-11-21T20:10 2026-11-21T20:11',
      null,
      null,
      null,
      null,
    ]);
  });
});
