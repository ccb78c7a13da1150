import { expect, test } from '@jest/globals';
import { isOutsideReadModels } from '../../src/domain/callback/event-naming.ts';
import { eventsRemovedBy, retentionStreamName, writeRetention } from '../../src/event-store/retention-record.ts';
import { readGolden } from '../support/golden.ts';

const golden = readGolden<{ readonly stream: string; readonly type: string; readonly data: string }>('retention');

test('what the log has of removals never changes', () => {
  const { type, data } = writeRetention({
    atMs: Date.parse('2026-01-31T12:00:00Z'),
    rules: [{ what: ['SESSIONS'], accounts: ['12345678'], eventTypes: null, keepDays: 90 }],
    counts: [{ rule: 0, what: 'SESSIONS', appId: '12345678', eventType: null, count: 2, events: 5 }],
    ...{ events: 5, bytes: 4_321 },
    firstReceivedAtMs: Date.parse('2025-10-01T00:00:00Z'),
    lastReceivedAtMs: Date.parse('2025-10-02T00:00:00.5Z'),
    positions: [3, 5, 6, 7, 12],
  });
  expect({ stream: retentionStreamName, type, data: Buffer.from(data).toString() }).toEqual(golden);
  expect(eventsRemovedBy({ type, data })).toBe(5);
  expect(eventsRemovedBy({ type: 'CssOther', data })).toBeNull();
  expect(isOutsideReadModels(golden.stream)).toBe(true);
});
