import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createQuarantineShare } from '../../src/quarantine/share.ts';

const roomy = { eventsPerMinuteMax: 1_000_000, eventsMax: 1_000_000, bytesMax: 1_000_000 };

describe('a share of the quarantine', () => {
  test('property: never holds more than its bounds, whatever is appended, fails and is removed', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constantFrom('append', 'fail'), bytes: fc.integer({ min: 0, max: 60 }) }),
      fc.record({ do: fc.constant('remove'), bytes: fc.integer({ min: 0, max: 5 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(8), fc.nat(150), (steps, eventsMax, bytesMax) => {
        const share = createQuarantineShare({ ...roomy, eventsMax, bytesMax }, () => 0, []);
        let present: { revision: bigint; bytes: number }[] = [];
        let revision = 0n;
        for (const { do: action, bytes } of steps) {
          if (action === 'remove') {
            const before = (present[0]?.revision ?? 0n) + BigInt(bytes);
            present = present.filter((event) => event.revision >= before);
            share.forgetBefore(before);
          } else if (share.reserve(bytes)) {
            expect(share.usage().events).toBeLessThanOrEqual(eventsMax);
            expect(share.usage().bytes).toBeLessThanOrEqual(bytesMax);
            if (action === 'fail') share.cancel(bytes);
            else {
              share.hold({ revision, position: revision, timesMs: [0], bytes });
              present.push({ revision, bytes });
              revision += 1n;
            }
          } else {
            // It refuses only what does not fit.
            const inUse = present.reduce((sum, event) => sum + event.bytes, 0);
            expect(present.length + 1 > eventsMax || inUse + bytes > bytesMax).toBe(true);
          }
          expect(share.usage()).toEqual({
            events: present.length,
            bytes: present.reduce((sum, event) => sum + event.bytes, 0),
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  test('counts what is being appended: two at once do not share the last place', () => {
    const share = createQuarantineShare({ ...roomy, eventsMax: 1 }, () => 0, []);
    expect(share.reserve(1)).toBe(true);
    expect(share.reserve(1)).toBe(false);
  });

  test('property: takes no more in any minute than twice its rate, and as many as its rate each minute', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 10 }), (all, eventsPerMinuteMax) => {
        let nowMs = 0;
        const share = createQuarantineShare({ ...roomy, eventsPerMinuteMax }, () => nowMs, []);
        const taken: number[] = [];
        for (const gap of all) {
          nowMs += gap;
          if (share.reserve(0)) taken.push(nowMs);
        }
        for (const begin of taken) {
          const inMinute = taken.filter((at) => at >= begin && at < begin + 60_000);
          expect(inMinute.length).toBeLessThanOrEqual(2 * eventsPerMinuteMax);
        }
        nowMs += 60_000;
        for (let count = 0; count < eventsPerMinuteMax; count += 1) expect(share.reserve(0)).toBe(true);
        expect(share.reserve(0)).toBe(false);
      }),
    );
  });

  test('what its room refuses does not use up the rate', () => {
    const share = createQuarantineShare({ eventsPerMinuteMax: 2, eventsMax: 9, bytesMax: 10 }, () => 0, []);
    for (let count = 0; count < 5; count += 1) expect(share.reserve(11)).toBe(false);
    expect([share.reserve(1), share.reserve(1), share.reserve(1)]).toEqual([true, true, false]);
  });

  test('a clock that is set back takes nothing away', () => {
    let nowMs = 1_000_000;
    const share = createQuarantineShare({ ...roomy, eventsPerMinuteMax: 2 }, () => nowMs, []);
    expect(share.reserve(0)).toBe(true);
    nowMs = 0;
    expect(share.reserve(0)).toBe(true);
    expect(share.reserve(0)).toBe(false);
    nowMs = 30_000;
    expect(share.reserve(0)).toBe(true);
  });
});
