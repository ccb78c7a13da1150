import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createQuarantineShare, type QuarantinedEvent, type QuarantineShare } from '../../src/quarantine/share.ts';

const roomy = { eventsPerMinuteMax: 1_000_000, eventsMax: 1_000_000, bytesMax: 1_000_000 };

describe('a share of the quarantine', () => {
  test('property: never has more than its bounds, whatever is appended, fails and is removed', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constantFrom('append', 'fail'), bytes: fc.integer({ min: 0, max: 60 }) }),
      fc.record({ do: fc.constant('remove'), bytes: fc.integer({ min: 0, max: 5 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(8), fc.nat(150), (steps, eventsMax, bytesMax) => {
        const share = createQuarantineShare({ ...roomy, eventsMax, bytesMax }, () => 0);
        let present: { revision: bigint; bytes: number }[] = [];
        let revision = 0n;
        for (const { do: action, bytes } of steps) {
          if (action === 'remove') {
            const before = (present[0]?.revision ?? 0n) + BigInt(bytes);
            present = present.filter((event) => event.revision >= before);
            share.removeBefore(before);
          } else if (share.reserve(bytes)) {
            expect(share.usage().events).toBeLessThanOrEqual(eventsMax);
            expect(share.usage().bytes).toBeLessThanOrEqual(bytesMax);
            if (action === 'fail') share.cancel(bytes);
            else {
              share.add({ revision, position: revision, timesMs: [0], bytes });
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

  test('counts reservations: of two concurrent appends only one gets the last room', () => {
    const share = createQuarantineShare({ ...roomy, eventsMax: 1 }, () => 0);
    expect(share.reserve(1)).toBe(true);
    expect(share.reserve(1)).toBe(false);
  });

  test('property: takes no more in any minute than twice its rate, and as many as its rate each minute', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 10 }), (all, eventsPerMinuteMax) => {
        let nowMs = 0;
        const share = createQuarantineShare({ ...roomy, eventsPerMinuteMax }, () => nowMs);
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
    const share = createQuarantineShare({ eventsPerMinuteMax: 2, eventsMax: 9, bytesMax: 10 }, () => 0);
    for (let count = 0; count < 5; count += 1) expect(share.reserve(11)).toBe(false);
    expect([share.reserve(1), share.reserve(1), share.reserve(1)]).toEqual([true, true, false]);
  });

  test('a clock that is set back takes nothing away', () => {
    let nowMs = 1_000_000;
    const share = createQuarantineShare({ ...roomy, eventsPerMinuteMax: 2 }, () => nowMs);
    expect(share.reserve(0)).toBe(true);
    nowMs = 0;
    expect(share.reserve(0)).toBe(true);
    expect(share.reserve(0)).toBe(false);
    nowMs = 30_000;
    expect(share.reserve(0)).toBe(true);
  });

  describe('that is read again', () => {
    const at = (revision: bigint, bytes = 1) => ({ revision, position: revision, timesMs: [0], bytes });
    const added = (share: QuarantineShare, event: QuarantinedEvent) => {
      expect(share.reserve(event.bytes)).toBe(true);
      share.add(event);
    };

    test('has what was read, and what was added while it was read, each once', async () => {
      const share = createQuarantineShare(roomy, () => 0);
      added(share, at(0n));
      await share.replace(() => {
        added(share, at(1n));
        const present = [at(0n), at(1n), at(2n, 10)];
        added(share, at(3n));
        return Promise.resolve(present);
      });
      expect(share.events().map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n]);
      expect(share.usage()).toEqual({ events: 4, bytes: 13 });
    });

    test('keeps its reservations and its rate: a read gives nobody more room', async () => {
      const share = createQuarantineShare({ ...roomy, eventsPerMinuteMax: 2, eventsMax: 2 }, () => 0);
      expect(share.reserve(1)).toBe(true);
      await share.replace(() => Promise.resolve([]));
      expect(share.usage()).toEqual({ events: 1, bytes: 1 });
      expect([share.reserve(1), share.reserve(1)]).toEqual([true, false]);
      share.cancel(1);
      share.cancel(1);
      await share.replace(() => Promise.resolve([]));
      expect(share.reserve(1)).toBe(false);
    });

    test('stays as it is if it can not be read', async () => {
      const share = createQuarantineShare(roomy, () => 0);
      added(share, at(0n));
      await expect(share.replace(() => Promise.reject(new Error('The log is away.')))).rejects.toThrow('away');
      expect(share.usage()).toEqual({ events: 1, bytes: 1 });
    });

    test('no longer counts what was in the spool before: the log has it by then, or the next read finds it', async () => {
      const share = createQuarantineShare(roomy, () => 0);
      added(share, at(-1n));
      expect([share.events().length, share.usage().events]).toEqual([0, 1]);
      await share.replace(() => {
        added(share, at(-1n, 5));
        return Promise.resolve([at(0n)]);
      });
      expect(share.usage()).toEqual({ events: 2, bytes: 6 });
      expect(share.events()).toEqual([at(0n)]);
    });
  });
});
