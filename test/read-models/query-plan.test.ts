import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CallbackField, Condition, PageKey, StreamSessionField } from '../../src/read-models/listing.ts';
import { pageQuery } from '../../src/read-models/sqlite/list-query.ts';
import { callbackList, streamSessionList } from '../../src/read-models/sqlite/sqlite-read-model-reader.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';
import { windows, type Window } from '../support/page-windows.ts';
import type { TestReadModel } from '../support/read-model.ts';

let ledger: Ledger;
let readModel: TestReadModel;
beforeAll(() => {
  ledger = openLedger();
  readModel = ledger.openReadModel();
});
afterAll(() => ledger.close());

/** What SQLite does with the table of the list, and whether it sorts; what it does with the values of an `in` is left out. */
function planOf(sql: string, values: readonly (string | number | bigint)[], table: string): string[] {
  const steps = readModel.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
  return steps.map(({ detail }) => detail).filter((detail) => detail.includes(table) || detail.startsWith('USE TEMP'));
}

function sessionsPlan(conditions: readonly Condition<StreamSessionField>[], [, direction, later]: Window): string[] {
  const from: PageKey | null = later ? [1_600_000_000_000n, 7n] : null;
  const { sql, values } = pageQuery(streamSessionList, { conditions, direction, from, rowsMax: 50 }, 51);
  return planOf(sql, values, 'stream_sessions');
}

function callbacksPlan(conditions: readonly Condition<CallbackField>[], [, direction, later]: Window): string[] {
  const from: PageKey | null = later ? [7n] : null;
  const { sql, values } = pageQuery(callbackList, { conditions, direction, from, rowsMax: 50 }, 51);
  return planOf(sql, values, 'callbacks');
}

const startedAt: Condition<StreamSessionField>[] = [
  { field: 'startedAt', operator: 'gte', value: 1_600_000_000_000 },
  { field: 'startedAt', operator: 'lt', value: 1_600_000_060_000 },
];

describe.each(windows)('%s of a list in its order', (...window) => {
  test.each(['appId', 'domain', 'streamId'] as const)('by %s is found in an index and needs no sorting', (field) => {
    const plan = sessionsPlan([{ field, operator: 'eq', value: 'x' }], window);
    expect(plan).toEqual([expect.stringMatching(/^SEARCH stream_sessions USING INDEX/)]);
  });

  test('by a sequence, or several, is found in an index; the few rows are sorted', () => {
    for (const condition of [
      { field: 'sequence', operator: 'eq', value: '1' },
      { field: 'sequence', operator: 'in', values: ['1', '2'] },
    ] as const) {
      const [first, ...rest] = sessionsPlan([condition], window);
      expect(first).toMatch(/^SEARCH stream_sessions USING INDEX stream_sessions_by_sequence \(sequence=\?/);
      expect(rest).toEqual(['USE TEMP B-TREE FOR ORDER BY']);
    }
  });

  test('by the state LIVE reads an index of live sessions alone', () => {
    const plan = sessionsPlan([{ field: 'state', operator: 'eq', value: 'LIVE' }], window);
    expect(plan).toEqual([expect.stringMatching(/^(SEARCH|SCAN) stream_sessions USING INDEX stream_sessions_live\b/)]);
  });

  test('of callbacks by event type is found in an index and needs no sorting', () => {
    const plan = callbacksPlan([{ field: 'eventType', operator: 'eq', value: 1 }], window);
    expect(plan).toEqual([expect.stringMatching(/^SEARCH callbacks USING INDEX/)]);
  });

  test('of the callbacks of a session is found in an index and needs no sorting', () => {
    const plan = callbacksPlan([{ field: 'sessionRow', operator: 'eq', value: 1 }], window);
    expect(plan).toEqual([expect.stringMatching(/^SEARCH callbacks USING INDEX/)]);
  });

  test('without a filter follows the order and needs no sorting', () => {
    expect(sessionsPlan([], window)).toEqual([
      expect.stringMatching(/^(SEARCH|SCAN) stream_sessions USING INDEX stream_sessions_by_start/),
    ]);
    expect(callbacksPlan([], window)).toEqual([
      expect.stringMatching(/^(SEARCH callbacks USING INTEGER|SCAN callbacks$)/),
    ]);
  });

  test('by a range of starts begins and ends at the range', () => {
    expect(sessionsPlan(startedAt, window)).toEqual([
      expect.stringMatching(/^SEARCH stream_sessions USING INDEX \w+ \(\w+>\? AND \w+<\?\)$/),
    ]);
  });
});
