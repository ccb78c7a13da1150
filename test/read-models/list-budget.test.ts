import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LedgerError } from '../../src/kernel/errors.ts';
import type { Condition, PageRequest, StreamSessionField, StreamSessionOrder } from '../../src/read-models/listing.ts';
import { rowsLookedAtMax } from '../../src/read-models/sqlite/list-reading.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';
import { budgetOf, pageOf } from '../support/list-requests.ts';
import { fillSessions } from '../support/list-rows.ts';
import type { TestReadModel } from '../support/read-model.ts';

let ledger: Ledger;
let readModel: TestReadModel;
let rowsTotal: number;
beforeAll(() => {
  ledger = openLedger();
  readModel = ledger.openReadModel();
  rowsTotal = fillSessions(readModel.db, 200).length;
});
afterAll(() => ledger.close());

type Asked = Partial<PageRequest<StreamSessionField, StreamSessionOrder>>;

function ask(by: StreamSessionOrder, asked: Asked, budget: number) {
  const rows = budgetOf(budget);
  const request = pageOf<StreamSessionField, StreamSessionOrder>(by, { rowsMax: 10, budget: rows, ...asked });
  try {
    return { page: readModel.read((reader) => reader.streamSessions(request)), spent: budget - rows.rowsLeft };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { error, spent: budget - rows.rowsLeft };
  }
}

const userIp: Condition<StreamSessionField> = { field: 'userIp', operator: 'eq', value: '10.0.0.1' };
const node: Condition<StreamSessionField> = { field: 'node', operator: 'eq', value: 'n1' };
const nowhere: Condition<StreamSessionField> = { field: 'node', operator: 'eq', value: 'a secret place' };
const live: Condition<StreamSessionField> = { field: 'state', operator: 'eq', value: 'LIVE' };

describe('the rows that a list looks at', () => {
  test.each<[string, StreamSessionOrder, Asked]>([
    ['without a condition', 'STARTED_AT', {}],
    ['by change', 'LAST_CHANGED', {}],
    ['with its count', 'STARTED_AT', { condition: userIp, countMax: 10_000 }],
    ['by a state in its own order', 'ENDED_AT', { condition: { field: 'state', operator: 'eq', value: 'ENDED' } }],
    ['by a time in its own order', 'ENDED_AT', { condition: { field: 'endedAt', operator: 'gt', value: 1 } }],
  ])('are none where an index serves it: %s', (_name, by, asked) => {
    expect(ask(by, asked, 0)).toMatchObject({ page: { rows: { length: 10 } }, spent: 0 });
  });

  test('are those that the narrowest index finds, once for the page and once for the count', () => {
    const { rows } = readModel.read((reader) => reader.streamSessions(pageOf('STARTED_AT', { condition: live })));
    const asked = { condition: { and: [live, userIp, node] } };
    const found = readModel.read((reader) => reader.streamSessions(pageOf('STARTED_AT', { condition: userIp }))).rows
      .length;
    const fewest = Math.min(rows.length, found);
    expect(ask('PUSH_DURATION', asked, 1_000).spent).toBe(fewest);
    expect(ask('PUSH_DURATION', { ...asked, countMax: 5 }, 1_000).spent).toBe(2 * fewest);
  });

  test('are as many as the page needs where they are read in order', () => {
    const { page, spent } = ask('STARTED_AT', { condition: node, rowsMax: 3 }, 100);
    expect(page?.rows).toHaveLength(3);
    expect(spent).toBeGreaterThanOrEqual(4);
    expect(spent).toBeLessThan(40);
  });

  test('are all that are left where they were not enough: other lists of the operation do not try again', () => {
    expect(ask('STARTED_AT', { condition: nowhere }, rowsTotal - 1)).toMatchObject({
      error: { code: 'OPERATION_TOO_COSTLY' },
      spent: rowsTotal - 1,
    });
    expect(ask('STARTED_AT', { condition: nowhere }, rowsTotal)).toMatchObject({ page: { rows: [] } });
  });

  test('are bounded for one list, whatever the budget', async () => {
    const large = openLedger();
    try {
      const model = large.openReadModel();
      model.db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= ${rowsLookedAtMax})
        INSERT INTO stream_sessions (app_id, sequence, state, ordered_at, sequence_order, changed_position,
          changed_ordinal, first_position, ended_order, session)
        SELECT '1', i, 'LIVE', i, i, i, 0, i, 0, '{}' FROM n`);
      const page = (condition: Condition<StreamSessionField>, budget = budgetOf(1_000_000)) =>
        model.read((reader) =>
          reader.streamSessions(pageOf('STARTED_AT', { condition, rowsMax: 1, countMax: 20_000, budget })),
        );
      expect(() => page(nowhere)).toThrow(LedgerError);
      // Found at once, but not to be counted to the end.
      const some = { field: 'node', operator: 'isNull', isNull: true } as const;
      const { total } = page(some);
      expect(total).toEqual({ rows: rowsLookedAtMax + 1, isCapped: true });
    } finally {
      await large.close();
    }
  });
});

describe('a list that is refused', () => {
  const refusal = (by: StreamSessionOrder, condition: Condition<StreamSessionField>) => {
    const { error } = ask(by, { condition }, 5);
    if (error === undefined) throw new Error('It was answered.');
    return error;
  };

  test.each<[string, StreamSessionOrder, Condition<StreamSessionField>, string[]]>([
    ['a field without an index', 'STARTED_AT', nowhere, ['node']],
    ['an order without an index', 'PUSH_DURATION', { and: [] }, []],
    ['an order that the index of the field does not have', 'PUSH_DURATION', userIp, ['userIp']],
    ['a field beside one with an index', 'STARTED_AT', { and: [userIp, nowhere] }, ['userIp', 'node']],
    ['fields that may hold or not', 'STARTED_AT', { or: [nowhere, { not: { not: nowhere } }] }, ['node']],
  ])('names the index that it misses: %s', (_name, by, condition, fields) => {
    const { code, details, message } = refusal(by, condition);
    expect(code).toBe('OPERATION_TOO_COSTLY');
    expect(details).toEqual({ missingIndex: { list: 'streamSessions', fields, order: by } });
    expect(message).toContain(by);
    for (const field of fields) expect(message).toContain(field);
  });

  test('says what would be served in that order, and repeats no value', () => {
    const { message } = refusal('STARTED_AT', nowhere);
    for (const field of ['streamId', 'userIp', 'domain', 'endCode', 'appId', 'state']) expect(message).toContain(field);
    expect(message).not.toContain('secret');
  });
});
