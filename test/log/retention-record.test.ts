import { expect, test } from '@jest/globals';
import { isOutsideReadModels } from '../../src/callbacks/event-naming.ts';
import { eventsRemovedBy, partsOfRetention, retentionStreamName, writeRetention } from '../../src/log/ledger-events.ts';
import { readGolden } from '../support/golden.ts';

const golden = readGolden<{ readonly stream: string; readonly type: string; readonly data: string }>('retention');

test('what the log has of removals never changes', () => {
  const { type, data } = writeRetention({
    atMs: Date.parse('2026-01-31T12:00:00Z'),
    rules: [{ what: ['SESSIONS'], accounts: ['12345678'], eventTypes: null, keepDays: 90 }],
    counts: [{ rule: 0, what: 'SESSIONS', appId: '12345678', eventType: null, count: 2, events: 5 }],
    events: 5,
    bytes: 4_321,
    firstReceivedAtMs: Date.parse('2025-10-01T00:00:00Z'),
    lastReceivedAtMs: Date.parse('2025-10-02T00:00:00.5Z'),
    positions: [3, 5, 6, 7, 12],
  });
  expect({ stream: retentionStreamName, type, data: Buffer.from(data).toString() }).toEqual(golden);
  expect(eventsRemovedBy({ type, data })).toBe(5);
  expect(eventsRemovedBy({ type: 'CssOther', data })).toBeNull();
  expect(isOutsideReadModels(golden.stream)).toBe(true);
});

test('a record of many events that do not follow one another is several, none of which is too large for EventStoreDB', () => {
  const positions = Array.from({ length: 45_000 }, (_, index) => 1_000_000_000 + 2 * index);
  const counts = [{ rule: 0, what: 'TASKS', appId: null, eventType: null, count: 1, events: positions.length }];
  const times = { atMs: 3, firstReceivedAtMs: 1, lastReceivedAtMs: 2 };
  const record = { ...times, rules: [{}], counts, events: positions.length, bytes: 7, positions };
  const parts = partsOfRetention(record);
  expect(parts.flatMap((part) => part.positions)).toEqual(positions);
  expect(parts.map(({ events, bytes, counts }) => [events, bytes, counts.length])).toEqual([
    [20_000, 7, 1],
    [20_000, 0, 0],
    [5_000, 0, 0],
  ]);
  const written = parts.map(writeRetention);
  expect(written.map(eventsRemovedBy)).toEqual([20_000, 20_000, 5_000]);
  for (const { data } of written) expect(data.length).toBeLessThan(500_000);
});
