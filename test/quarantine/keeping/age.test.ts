import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAgeJudge, findTooOld } from '../../../src/quarantine/keeping/quarantined-events.ts';

const dayMs = 24 * 3_600_000;
const ageMaxMs = 30 * dayMs;
const begin = 1_600_000_000_000;

/** What arrived on these days, each stamped by the clocks that are given, and how many are too old on another day. */
async function removedOn(day: number, arrivals: readonly (readonly number[])[]): Promise<number> {
  // By several senders: whose they are makes no difference.
  const events = arrivals.map((days, index) => ({
    streamName: `stream ${index % 3}`,
    revision: BigInt(index),
    position: BigInt(index),
    timesMs: days.map((one) => begin + one * dayMs),
    bytes: 1,
  }));
  const { beginnings, firstKept } = await findTooOld(inOrder(events), begin + day * dayMs, ageMaxMs);
  const removed = beginnings.reduce((sum, one) => sum + one.events, 0);
  expect(firstKept).toBe(removed < arrivals.length ? BigInt(removed) : null);
  for (const { streamName, last } of beginnings) {
    const expected = events.filter((event) => event.streamName === streamName && event.position < BigInt(removed));
    expect(last.revision).toBe(expected.at(-1)?.revision);
  }
  return removed;
}

// oxlint-disable-next-line typescript/require-await -- as the log is read
async function* inOrder<Event>(events: readonly Event[]): AsyncGenerator<Event> {
  yield* events;
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
  ])('%s (day %d)', async (_name, day, arrivals, removed) => {
    expect(await removedOn(day, arrivals)).toBe(removed);
  });

  test('a t that is minutes ahead, as CSS sends it, counts at once', async () => {
    const minuteDays = 10 / 1_440;
    expect(await removedOn(0, [[-400, minuteDays]])).toBe(0);
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

  test('property: none goes before the last one that was stamped rightly, it or one before it, is too old', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 60, max: 120 }), async (all, today) => {
        const removed = all.slice(
          0,
          await removedOn(
            today,
            all.map(({ day, off }) => [day + off]),
          ),
        );
        const right = removed.filter(({ off }) => off === 0);
        for (const { day } of right) expect(day).toBeLessThan(today - 30);
      }),
    );
  });

  test('property: where it was right or ahead, all go that are too old, whatever the ones that it was ahead for', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 60, max: 120 }), async (all, today) => {
        const stamped = all.filter(({ off }) => off >= 0);
        const removed = await removedOn(
          today,
          stamped.map(({ day, off }) => [day + off]),
        );
        expect(removed).toBe(stamped.findLastIndex(({ day, off }) => off === 0 && day < today - 30) + 1);
      }),
    );
  });
});
