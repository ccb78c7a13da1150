import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CallbackField, Condition, RelayTaskField } from '../../src/read-models/listing.ts';
import { pageQuery } from '../../src/read-models/sqlite/list-query.ts';
import { callbackList } from '../../src/read-models/sqlite/sqlite-read-model-reader.ts';
import { relayTaskListOf } from '../../src/read-models/sqlite/sqlite-relay-task-reader.ts';
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

const sorting = 'USE TEMP B-TREE FOR ORDER BY';

/** What SQLite does for a page; what it does with the values of an `in` is left out. */
function planOf({ sql, values }: ReturnType<typeof pageQuery>): string[] {
  return readModel.db
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map(({ detail }) => detail)
    .filter((detail) => !/^LIST SUBQUERY|json_each/.test(detail));
}

function tasksPlan(conditions: readonly Condition<RelayTaskField>[], [, direction, later]: Window): string[] {
  const from = later ? [1_600_000_000_000n, 7n] : null;
  return planOf(pageQuery(relayTaskListOf(readModel.db), { conditions, direction, from, rowsMax: 50 }, 51));
}

describe.each(windows)('%s of relay tasks', (...window) => {
  test('without a filter follows the order and needs no sorting', () => {
    expect(tasksPlan([], window)).toEqual([
      expect.stringMatching(/^(SEARCH|SCAN) relay_tasks USING INDEX relay_tasks_by_start/),
    ]);
  });

  test.each([
    ['appId', 'relay_tasks_by_account'],
    ['domain', 'relay_tasks_by_domain'],
    ['streamId', 'relay_tasks_by_stream_id'],
    ['state', 'relay_tasks_by_state'],
    ['toUrl', 'relay_tasks_by_to_url'],
    ['exitCode', 'relay_tasks_by_exit_code'],
  ] as const)('by %s is found in its index and needs no sorting', (field, index) => {
    const value = field === 'exitCode' ? -22 : 'x';
    const [only, ...rest] = tasksPlan([{ field, operator: 'eq', value }], window);
    expect(only).toMatch(new RegExp(`^SEARCH relay_tasks USING INDEX ${index} \\(\\w+=\\?`));
    expect(rest).toEqual([]);
  });

  test.each([
    ['appId', 'relay_tasks_by_account'],
    ['domain', 'relay_tasks_by_domain'],
    ['streamId', 'relay_tasks_by_stream_id'],
    ['state', 'relay_tasks_by_state'],
    ['toUrl', 'relay_tasks_by_to_url'],
    ['exitCode', 'relay_tasks_by_exit_code'],
    ['taskId', 'relay_tasks_by_task_id'],
  ] as const)('by one of several of %s is found in its index; what is found is sorted', (field, index) => {
    const values = field === 'exitCode' ? [0, -22] : ['x', 'y'];
    const [first, ...rest] = tasksPlan([{ field, operator: 'in', values }], window);
    expect(first).toMatch(new RegExp(`^SEARCH relay_tasks USING INDEX ${index} \\(\\w+=\\?`));
    expect(rest).toEqual([sorting]);
  });

  test('by a task id is found in its index; the few accounts that use it are sorted', () => {
    expect(tasksPlan([{ field: 'taskId', operator: 'eq', value: '1' }], window)).toEqual([
      expect.stringMatching(/^SEARCH relay_tasks USING INDEX relay_tasks_by_task_id \(task_id=\?/),
      sorting,
    ]);
  });

  test.each(['domain', 'streamId'] as const)('by the beginning of %s reads that part of its index', (field) => {
    const [first] = tasksPlan([{ field, operator: 'startsWith', value: 'x' }], window);
    expect(first).toMatch(/^SEARCH relay_tasks USING INDEX \w+ \(\w+>\? AND \w+<\?\)$/);
  });

  test.each([
    ['sourceUrl', 'relay_task_sources USING PRIMARY KEY (url=?)'],
    ['everExitedWith', 'relay_runs USING COVERING INDEX relay_runs_by_exit_code (exit_code=?)'],
    ['alarm', 'relay_alarms USING COVERING INDEX relay_alarms_by_type (type=?)'],
  ] as const)('by %s is found in the index of its own table; what is found is sorted', (field, inner) => {
    const value = field === 'everExitedWith' ? -22 : 'x';
    for (const condition of [
      { field, operator: 'eq', value },
      { field, operator: 'in', values: [value] },
    ] as const) {
      const [first, second, ...rest] = tasksPlan([condition], window);
      expect(first).toMatch(/^SEARCH relay_tasks USING INTEGER PRIMARY KEY/);
      expect(second).toBe(`SEARCH ${inner}`);
      expect(rest).toEqual([sorting]);
    }
  });

  test.each(['startedAt', 'exitedAt'] as const)('by a range of %s begins and ends at the range', (field) => {
    const range = [
      { field, operator: 'gte', value: 1_600_000_000_000 },
      { field, operator: 'lt', value: 1_600_000_060_000 },
    ] as const;
    expect(tasksPlan(range, window)[0]).toMatch(/^SEARCH relay_tasks USING INDEX \w+ \(\w+>\? AND \w+<\?\)$/);
  });
});

describe.each(windows)('%s of callbacks', (...[, direction, later]) => {
  const callbacksPlan = (condition: Condition<CallbackField>) => {
    const request = { conditions: [condition], direction, from: later ? [7n] : null, rowsMax: 50 };
    return planOf(pageQuery(callbackList, request, 51));
  };

  test('of a task is found in an index and needs no sorting', () => {
    expect(callbacksPlan({ field: 'taskRow', operator: 'eq', value: 1 })).toEqual([
      expect.stringMatching(/^SEARCH callbacks USING INDEX callbacks_of_task \(task_row=\?/),
    ]);
  });

  test('that fit no task reads an index of those alone', () => {
    expect(callbacksPlan({ field: 'relayTask', operator: 'isNull', isNull: true })).toEqual([
      expect.stringMatching(/^(SEARCH|SCAN) callbacks USING (COVERING )?INDEX callbacks_without_task\b/),
    ]);
  });
});
