import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readEndedAlerts } from '../../src/alerts/ended-alerts.ts';
import { alertBegan, alertEnded, alertStreamOf, writeAlertEvent } from '../../src/domain/alerts/alert-events.ts';
import type { EventReader } from '../../src/event-store/event-store.ts';
import { createInMemoryLog, openInMemoryEventStore } from '../support/in-memory-event-store.ts';
import { newEvent } from '../support/log-events.ts';

/** One event of a rule: what began or ended, so many milliseconds after the event before. */
interface Written {
  readonly rule: 'a' | 'b';
  readonly type: typeof alertBegan | typeof alertEnded;
  readonly afterMs: number;
  readonly alerts: number;
}

/** A log of these events, and the id of each alert with when its event was. */
async function logOf(all: readonly Written[]) {
  const store = openInMemoryEventStore(createInMemoryLog(), () => 0);
  const written: { id: string; type: string; atMs: number }[] = [];
  let atMs = 0;
  for (const [number, { rule, type, afterMs, alerts: count }] of all.entries()) {
    atMs += afterMs;
    const alerts = Array.from({ length: count }, (_, index) => ({
      ...{ id: `${number}.${index}`, key: `${number}.${index}`, beganAtMs: 0, summary: '', facts: {} },
    }));
    const data = writeAlertEvent({ rule, when: 'QUARANTINE', atMs, alerts, stillOpen: [] });
    await store.append(alertStreamOf(rule), [{ ...newEvent(), type, data }], 'any');
    written.push(...alerts.map(({ id }) => ({ id, type, atMs })));
  }
  return { store, written, endMs: atMs };
}

const events = fc.array(
  fc.record({
    rule: fc.constantFrom('a' as const, 'b' as const),
    type: fc.constantFrom(alertBegan, alertEnded),
    afterMs: fc.integer({ min: 0, max: 2 }),
    alerts: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 90 },
);

test('property: of any log, those that ended in a time, the last ones first, as many as are asked for', async () => {
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.record({
        fromMs: fc.nat({ max: 100 }),
        toMs: fc.nat({ max: 100 }),
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
            .reverse()
            .slice(0, alertsMax),
        );
        const ids = new Set(expected.map(({ id }) => id));
        expect(found.filter(({ id }) => !ids.has(id))).toEqual([]);
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
      },
    ),
    { numRuns: 60 },
  );
});

test('what came after the time is not read, but for a search by halves; what was before it is not read at all', async () => {
  const ended: Written = { rule: 'a', type: alertEnded, afterMs: 1, alerts: 1 };
  const { store, endMs } = await logOf(Array.from({ length: 1_000 }, () => ended));
  let read = 0;
  const counting: Pick<EventReader, 'readStream' | 'lastRevision'> = {
    lastRevision: (stream) => store.lastRevision(stream),
    async *readStream(stream, from) {
      for await (const event of store.readStream(stream, from)) {
        read += 1;
        yield event;
      }
    },
  };
  const found = await readEndedAlerts(counting, ['a'], { fromMs: endMs - 505, toMs: endMs - 500, alertsMax: 100 });
  expect(found).toHaveLength(5);
  expect(read).toBeLessThan(40);
});
