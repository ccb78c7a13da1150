import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAlertChanges, readEndedAlerts, writeAlertEvent } from '../../src/alerts/recorded-alerts.ts';
import { alertBegan, alertEnded, alertStreamOf } from '../../src/alerts/alert-events.ts';
import { compareChangePositions, lastOrdinal, type ChangePosition } from '../../src/projecting/changes.ts';
import type { EventReader } from '../../src/log/event-store.ts';
import { createInMemoryLog, openInMemoryEventStore } from '../support/in-memory-event-store.ts';
import { newEvent, readAll } from '../support/log-events.ts';
import { numRunsOf } from '../support/num-runs.ts';

const minuteMs = 60_000;

/** One event of a rule: what began or ended, so many minutes after the event before, by a clock that is behind by others. */
interface Written {
  readonly rule: 'a' | 'b';
  readonly type: typeof alertBegan | typeof alertEnded;
  readonly after: number;
  readonly behind: number;
  readonly alerts: number;
}

/** A log of these events, and the id of each alert with when its event was. */
async function logOf(all: readonly Written[]) {
  const store = openInMemoryEventStore(createInMemoryLog(), () => 0);
  const written: { id: string; type: string; atMs: number }[] = [];
  const positions: bigint[] = [];
  let nowMs = 10 * minuteMs;
  for (const [number, { rule, type, after, behind, alerts: count }] of all.entries()) {
    nowMs += after * minuteMs;
    const atMs = nowMs - behind * minuteMs;
    const alerts = Array.from({ length: count }, (_, index) => ({
      id: `${number}.${index}`,
      key: `${number}.${index}`,
      beganAtMs: 0,
      summary: '',
      facts: {},
    }));
    const data = writeAlertEvent({ rule, when: 'QUARANTINE', atMs, alerts, stillOpen: [] });
    const { position } = await store.append(alertStreamOf(rule), [{ ...newEvent(), type, data }], 'any');
    positions.push(position);
    written.push(...alerts.map(({ id }) => ({ id, type, atMs })));
  }
  return { store, written, positions, endMs: nowMs };
}

const events = fc.array(
  fc.record({
    rule: fc.constantFrom('a' as const, 'b' as const),
    type: fc.constantFrom(alertBegan, alertEnded),
    after: fc.integer({ min: 0, max: 2 }),
    behind: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5 })),
    alerts: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 90, size: 'max' },
);

test('property: of any log, also where the clock was set back, those that ended in a time, the last ones first, as many as are asked for', async () => {
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.record({
        fromMs: fc.nat({ max: 100 }).map((minutes) => minutes * minuteMs),
        toMs: fc.nat({ max: 100 }).map((minutes) => minutes * minuteMs),
        alertsMax: fc.integer({ min: 1, max: 60 }),
      }),
      async (all, asked) => {
        const { fromMs, toMs, alertsMax } = asked;
        const { store, written } = await logOf(all);
        const found = await readEndedAlerts(store, ['a', 'b'], asked);
        const expected = written.filter(({ type, atMs }) => type === alertEnded && atMs >= fromMs && atMs < toMs);
        expect(found.map(({ endedAtMs }) => endedAtMs)).toEqual(
          expected
            .map(({ atMs }) => atMs)
            .sort((one, other) => other - one)
            .slice(0, alertsMax),
        );
        const ids = new Set(expected.map(({ id }) => id));
        expect(found.filter(({ id }) => !ids.has(id))).toEqual([]);
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
      },
    ),
    { numRuns: numRunsOf(60) },
  );
});

test('what came after the time is not read, but for a search by halves; of what was before it a few events; and none twice', async () => {
  const ended: Written = { rule: 'a', type: alertEnded, after: 1, behind: 0, alerts: 1 };
  const { store, endMs } = await logOf(Array.from({ length: 1_000 }, () => ended));
  const read: bigint[] = [];
  const counting: Pick<EventReader, 'readStream' | 'lastRevision'> = {
    lastRevision: (stream) => store.lastRevision(stream),
    // As an adapter that reads pages: a whole one before its first event is pulled.
    async *readStream(stream, from = 0n, eventsAtOnce = 256) {
      const events = await readAll(store.readStream(stream, from));
      for (let first = 0; first < events.length; first += eventsAtOnce) {
        const page = events.slice(first, first + eventsAtOnce);
        read.push(...page.map(({ revision }) => revision));
        yield* page;
      }
    },
  };
  const readFor = async (asked: Parameters<typeof readEndedAlerts>[2]) => {
    read.length = 0;
    return (await readEndedAlerts(counting, ['a'], asked)).length;
  };
  const [fromMs, toMs] = [endMs - 505 * minuteMs, endMs - 500 * minuteMs];
  expect(await readFor({ fromMs, toMs, alertsMax: 100 })).toBe(5);
  expect(read.length).toBeLessThan(60);
  // The newest event is looked at once more, to see that everything is before the end of the time.
  expect(await readFor({ fromMs: 0, toMs: endMs + 10 * minuteMs, alertsMax: 2_000 })).toBe(1_000);
  expect([read.length, new Set(read).size]).toEqual([1_001, 1_000]);
});

test('property: all changes after any position come in the order of the log, each once, by pages of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.record({
        changesMax: fc.integer({ min: 1, max: 7 }),
        skip: fc.nat({ max: 100 }),
        until: fc.nat({ max: 100 }),
      }),
      async (all, { changesMax, skip, until }) => {
        const { store, written, positions } = await logOf(all);
        const upTo = positions[Math.floor((all.length * until) / 100)] ?? positions.at(-1) ?? 0n;
        const read = async (from: ChangePosition) => {
          const found: { id: string; ended: boolean; at: ChangePosition }[] = [];
          for (let after = from; ;) {
            const page = await readAlertChanges(store, ['a', 'b'], { after, upTo, changesMax });
            expect(page.changes.length).toBeLessThanOrEqual(changesMax);
            found.push(...page.changes.map(({ at, row }) => ({ id: row.id, ended: row.endedAtMs !== null, at })));
            if (page.isLast) return found;
            expect(compareChangePositions(page.to, after)).toBeGreaterThan(0);
            after = page.to;
          }
        };
        const whole = await read({ position: 0n, ordinal: lastOrdinal });
        const known = new Set(whole.map(({ id }) => id));
        const expected = written.filter(({ id }) => known.has(id));
        expect(written.slice(0, expected.length)).toEqual(expected);
        expect(whole.map(({ id, ended }) => ({ id, type: ended ? alertEnded : alertBegan }))).toEqual(
          expected.map(({ id, type }) => ({ id, type })),
        );
        expect(whole.every(({ at }) => at.position <= upTo)).toBe(true);
        const begun = Math.floor((whole.length * skip) / 101);
        const from = whole[begun];
        if (from !== undefined) expect(await read(from.at)).toEqual(whole.slice(begun + 1));
      },
    ),
  );
});
