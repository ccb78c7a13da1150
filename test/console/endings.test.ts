import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sharesOf, timeBarsOf } from '../../console/src/pages/endings/figures.ts';
import { ofDomains, pushedRowsOf } from '../../console/src/pages/endings/pushed-hours/pushed-rows.ts';
import { endedFilter, endedPath, selectionOf } from '../../console/src/pages/endings/selection.ts';
import { slotsOf, startOf } from '../../console/src/format/slots.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

describe('slots', () => {
  /** 2026-11-21 20:10 */
  const clockIn = (zone: string) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });

  describe.each(['UTC', 'Asia/Shanghai', 'Asia/Kathmandu', 'Europe/Berlin', 'America/Santiago', 'Africa/Cairo'])(
    'in %s',
    (zone) => {
      test.each(['HOUR', 'DAY'] as const)('by %s cover the span without gaps, and begin with its clock', (unit) => {
        const span = { fromMs: Date.UTC(2026, 0, 1, 20, 10, 32, 250), toMs: Date.UTC(2027, 0, 1, 20, 10) };
        const slots = slotsOf(span, unit, zone);
        expect([slots[0]?.fromMs, slots.at(-1)?.toMs]).toEqual([span.fromMs, span.toMs]);
        expect(slots.slice(1).map(({ fromMs }) => fromMs)).toEqual(slots.slice(0, -1).map(({ toMs }) => toMs));
        const begins = slots.slice(1).map(({ fromMs }) => fromMs);
        expect(begins.map((ms) => startOf(ms, unit, zone))).toEqual(begins);
        expect(slots.slice(1, -1).map(({ toMs }) => startOf(toMs - 1, unit, zone))).toEqual(begins.slice(0, -1));
        const clock = clockIn(zone);
        const starts = slots.map(({ fromMs }) => clock.format(fromMs));
        expect(starts.slice(1).filter((start) => !start.endsWith(':00'))).toEqual([]);
        const names = starts.map((start) => start.slice(0, unit === 'DAY' ? 10 : undefined));
        const repeated = names.length - new Set(names).size;
        expect(repeated).toBe(unit === 'HOUR' && !/^UTC|^Asia/.test(zone) ? 1 : 0);
      });
    },
  );

  test.each([
    ['forward', 'Europe/Berlin', '2026-03-28T12:00Z', [11, 23, 24]],
    ['back', 'Europe/Berlin', '2026-10-24T12:00Z', [10, 25, 24]],
    ['forward at midnight', 'America/Santiago', '2026-09-05T12:00Z', [16, 23, 24]],
  ])('a day in which the clocks are put %s is as long as it is', (_, zone, from, hours) => {
    const fromMs = Date.parse(from);
    const slots = slotsOf({ fromMs, toMs: fromMs + 4 * 24 * hourMs }, 'DAY', zone);
    expect(slots.slice(0, 3).map(({ fromMs: startMs, toMs }) => (toMs - startMs) / hourMs)).toEqual(hours);
  });
});

describe('shares', () => {
  test('of the sides in their order, each after those before it, one in all', () => {
    const shares = sharesOf([
      { side: 'UNKNOWN', sessions: 1 },
      { side: 'NETWORK', sessions: 5 },
      { side: 'AUTH', sessions: 0 },
      { side: 'CLIENT', sessions: 2 },
    ]);
    expect(shares).toEqual([
      { side: 'CLIENT', sessions: 2, share: 0.25, before: 0 },
      { side: 'NETWORK', sessions: 5, share: 0.625, before: 0.25 },
      { side: 'UNKNOWN', sessions: 1, share: 0.125, before: 0.875 },
    ]);
  });

  test('none where nothing ended', () => {
    expect(sharesOf([])).toEqual([]);
  });
});

test('bars: one for each slot, with what ended in it by tone', () => {
  const fromMs = Date.UTC(2026, 10, 21, 20, 10);
  const slots = slotsOf({ fromMs, toMs: fromMs + 2 * hourMs }, 'HOUR', 'UTC');
  const row = (atMs: number, ended: number) => ({
    from: new Date(atMs).toISOString(),
    ended,
    pushedMs: ended * hourMs,
    interruptions: [
      { side: 'NETWORK', sessions: ended - 2 } as const,
      { side: 'PLATFORM', sessions: 1 } as const,
      { side: 'TAKEOVER', sessions: 1 } as const,
    ],
  });
  const bars = timeBarsOf(slots, [row(fromMs, 4), row(fromMs + 110 * minuteMs, 2)]);
  expect(bars.map(({ ended, byTone }) => [ended, ...byTone.map(({ sessions }) => sessions)])).toEqual([
    [4, 1, 3, 0],
    [0, 0, 0, 0],
    [2, 1, 1, 0],
  ]);
  expect(bars.map(({ pushedMs }) => pushedMs / hourMs)).toEqual([4, 0, 2]);
  expect(bars[0]?.byTone.map(({ below }) => below)).toEqual([0, 1, 4]);
});

describe('the sessions behind a mark', () => {
  const span = { fromMs: Date.UTC(2026, 10, 21, 20), toMs: Date.UTC(2026, 10, 21, 21) };
  const paramsOf = (path: string) => new URL(path, 'http://localhost').searchParams;

  test.each([
    { span, domain: null },
    { span, domain: 'push.example.com', side: 'NETWORK' as const },
    { span, domain: null, side: 'UNKNOWN' as const, code: null },
    { span, domain: null, side: 'CLIENT' as const, code: 1 },
    { span, domain: null, code: 0 },
    { span, domain: 'push.example.com', isPushed: true },
  ])('are found again by their address: %j', (selection) => {
    expect(selectionOf(paramsOf(endedPath(selection, '7d')))).toEqual(selection);
  });

  test.each(['/endings?window=7d', '/endings?from=x&to=y', '/endings?from=2026-11-21&to=2026-11-20'])(
    'an address without a time selects none: %s',
    (path) => {
      expect(selectionOf(paramsOf(path))).toBeNull();
    },
  );

  test('what an address names wrongly is not asked for', () => {
    const selected = selectionOf(paramsOf(`${endedPath({ span, domain: null }, '24h')}&side=toString&code=many`));
    expect(selected).toEqual({ span, domain: null });
  });

  test('are those that ended in the time, for that reason', () => {
    expect(endedFilter({ span, domain: 'a.example.com', side: 'NETWORK', code: null })).toEqual({
      endedAt: { gte: '2026-11-21T20:00:00.000Z', lt: '2026-11-21T21:00:00.000Z' },
      domain: { eq: 'a.example.com' },
      endSide: { eq: 'NETWORK' },
      endCode: { isNull: true },
    });
  });

  test('or that pushed in the time: began before its end, and ended after its beginning, or not yet, or nobody knows when', () => {
    expect(endedFilter({ span, domain: 'a.example.com', isPushed: true })).toEqual({
      startedAt: { lt: '2026-11-21T21:00:00.000Z' },
      or: [
        { endedAt: { gt: '2026-11-21T20:00:00.000Z' } },
        { state: { eq: 'LIVE' } },
        { state: { eq: 'SUPERSEDED' }, startedAt: { gte: '2026-11-20T20:00:00.000Z' } },
      ],
      domain: { eq: 'a.example.com' },
    });
  });
});

describe('pushed time by domain and day', () => {
  const dayMs = 24 * hourMs;
  const fromMs = Date.UTC(2026, 10, 19, 18);
  const days = slotsOf({ fromMs, toMs: fromMs + 2 * dayMs }, 'DAY', 'UTC');
  const cell = fc.record({
    domain: fc.constantFrom('a', 'b', 'c', null),
    from: fc.constantFrom(...days.map(({ fromMs: dayFromMs }) => new Date(dayFromMs).toISOString())),
    pushedMs: fc.nat(dayMs * 100),
  });
  const sum = (all: readonly number[]) => all.reduce((before, each) => before + each, 0);

  test('every millisecond is in one day of one row; days, rows and all of it add up', () => {
    fc.assert(
      fc.property(fc.array(cell), fc.subarray(['a', 'b', 'c', null]), (cells, shown) => {
        const byDomain = cells.filter(({ domain }) => shown.includes(domain));
        const { rows, others, all } = pushedRowsOf(days, shown, { byDomain, all: cells });
        expect(rows.map(({ domain }) => domain)).toEqual(shown);
        expect(all.pushedMs).toBe(sum(cells.map(({ pushedMs }) => pushedMs)));
        for (const row of [...rows, others, all]) expect(sum(row.days)).toBe(row.pushedMs);
        for (const [index, { fromMs: dayFromMs }] of days.entries()) {
          const ofDay = cells.filter(({ from }) => Date.parse(from) === dayFromMs);
          expect(all.days[index]).toBe(sum(ofDay.map(({ pushedMs }) => pushedMs)));
          expect(all.days[index]).toBe(sum([...rows, others].map((row) => row.days[index] ?? 0)));
        }
      }),
    );
  });

  test('of domains that are known, and of pushes without one', () => {
    expect(ofDomains(['a', 'b'])).toEqual({ domain: { in: ['a', 'b'] } });
    expect(ofDomains(['a', null])).toEqual({ or: [{ domain: { in: ['a'] } }, { domain: { isNull: true } }] });
  });
});
