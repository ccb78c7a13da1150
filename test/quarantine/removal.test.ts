import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAgeJudge, tooOldBefore } from '../../src/quarantine/removal.ts';

const dayMs = 24 * 3_600_000;
const ageMaxMs = 30 * dayMs;
const begin = 1_600_000_000_000;

/** What arrived on these days, each stamped by the clocks that are given, and how many are too old on another day. */
function removedOn(day: number, arrivals: readonly (readonly number[])[]): number {
  const holdings = arrivals.map((days, index) => ({
    revision: BigInt(index),
    position: BigInt(index),
    timesMs: days.map((day) => begin + day * dayMs),
    bytes: 1,
  }));
  return Number(tooOldBefore(holdings, begin + day * dayMs, ageMaxMs));
}

test('what is older than the age is too old, to the millisecond, and nothing younger', () => {
  const judge = createAgeJudge(begin, ageMaxMs);
  expect(judge([begin - ageMaxMs - 1])).toBe('TOO_OLD');
  expect(judge([begin - ageMaxMs])).toBe('YOUNG');
});

describe('a clock that was wrong', () => {
  test.each<[string, number, number[][], number]>([
    ['slow by 400 days, of what carries a right sign: the t of it counts', 30, [[-400, 0]], 0],
    ['slow by 400 days, of what carries a right sign: the t of it ages too', 31, [[-400, 0]], 1],
    ['slow, of what proves nothing: it is as young as what came before it', 30, [[0], [-400], [-399]], 0],
    ['slow, of what proves nothing: it goes with what came before it', 31, [[0], [-400], [-399], [30]], 3],
    ['slow, of what proves nothing: a sign of another in between tells', 30, [[-400, 0], [-400]], 0],
    ['a year ahead: what it stamped keeps nothing behind it', 31, [[365], [0], [1]], 2],
    ['a year ahead: what it stamped goes with the first behind it, not before', 30, [[365], [0], [1]], 0],
    ['a year ahead: what it stamped is not as old as what came before it', 31, [[0], [365]], 1],
    ['a year ahead, of what carries a right sign', 31, [[365, 0]], 1],
    ['a year ahead: what it stamped alone goes when that time is over', 395, [[365]], 0],
    ['a year ahead: what it stamped alone goes when that time is over', 396, [[365]], 1],
  ])('%s (day %d)', (_name, day, arrivals, removed) => {
    expect(removedOn(day, arrivals)).toBe(removed);
  });

  test('a t that is minutes ahead, as CSS sends it, counts at once', () => {
    const minuteDays = 10 / 1_440;
    expect(removedOn(0, [[-400, minuteDays]])).toBe(0);
  });

  /** In the order of arrival; `off`: days that the clock was slow (or a thousand and more ahead), 0 where it was right. */
  const arrivals = fc
    .array(
      fc.record({
        day: fc.nat(60),
        off: fc.oneof(fc.constant(0), fc.integer({ min: -1_000, max: -1 }), fc.integer({ min: 1_000, max: 2_000 })),
      }),
      { maxLength: 20 },
    )
    .map((all) => all.sort((one, other) => one.day - other.day));

  test('property: none goes before the last one that was stamped rightly, it or one before it, is too old', () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 60, max: 120 }), (all, today) => {
        const removed = all.slice(
          0,
          removedOn(
            today,
            all.map(({ day, off }) => [day + off]),
          ),
        );
        const right = removed.filter(({ off }) => off === 0);
        for (const { day } of right) expect(day).toBeLessThan(today - 30);
      }),
    );
  });

  test('property: where it was right or ahead, all go that are too old, whatever the ones that it was ahead for', () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 60, max: 120 }), (all, today) => {
        const stamped = all.filter(({ off }) => off >= 0);
        const removed = removedOn(
          today,
          stamped.map(({ day, off }) => [day + off]),
        );
        expect(removed).toBe(stamped.findLastIndex(({ day, off }) => off === 0 && day < today - 30) + 1);
      }),
    );
  });
});
