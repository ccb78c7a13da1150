import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressKey } from '../../../src/kernel/addresses.ts';
import { LedgerError } from '../../../src/kernel/errors.ts';
import {
  type Condition,
  type Page,
  type PageKey,
  type PageRequest,
  everything,
  RowBudget,
} from '../../../src/lists/listing.ts';
import type { StreamSessionOrder, StreamSessionField } from '../../../src/sessions/stream-session-fields.ts';
import { rowsExaminedFirst, rowsExaminedMax } from '../../../src/lists/sql/list-query.ts';
import { callbackList } from '../../../src/callbacks/callback-list.ts';
import { tooCostly } from '../../../src/lists/sql/read-page.ts';
import { operationRowsMax } from '../../../src/lists/budgets.ts';
import { createReadModelReader } from '../../../src/projecting/file/read-model-reader.ts';
import { countReads } from '../../support/counted-reads.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { budgetOf, pageOf } from '../../support/list-requests.ts';
import { fillSessions, foldTextOfNothing } from '../../support/list-rows.ts';
import type { TestReadModel } from '../../support/read-model.ts';

let ledger: Ledger;
let readModel: TestReadModel;
let rowsTotal: number;
beforeAll(() => {
  ledger = openLedger();
  readModel = ledger.openReadModel();
  rowsTotal = fillSessions(readModel.db, 200).length;
});
afterAll(() => ledger.close());

/** Live sessions, each with values of its own, that began one after another. */
function fillMany({ db }: TestReadModel, count: number): void {
  db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO stream_sessions (app_id, sequence, domain, user_ip, user_ip_key, end_code, state, started_at_source, ordered_at, sequence_order,
      changed_position, changed_ordinal, first_position, list_position, ended_order, push_duration_ms, session)
    SELECT '1', i, 'a' || i, '10.' || i, '~10.' || i, i, 'LIVE', 'PUSH_CALLBACK', i, i, i, 0, i, i, 0, i, '${foldTextOfNothing}' FROM n`);
}

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

const userIp: Condition<StreamSessionField> = {
  field: 'userIpKey',
  operator: 'eq',
  value: addressKey('10.0.0.1'),
};
const node: Condition<StreamSessionField> = { field: 'accessPoint', operator: 'eq', value: 'n1' };
const nowhere: Condition<StreamSessionField> = { field: 'accessPoint', operator: 'eq', value: 'a secret node' };
const live: Condition<StreamSessionField> = { field: 'state', operator: 'eq', value: 'LIVE' };

describe('the rows that a list pays for', () => {
  test.each<[string, StreamSessionOrder, Asked]>([
    ['without a condition', 'STARTED_AT', {}],
    ['by change', 'LAST_CHANGED', {}],
    ['by a state in its own order', 'ENDED_AT', { condition: { field: 'state', operator: 'eq', value: 'ENDED' } }],
    ['by a time in its own order', 'ENDED_AT', { condition: { field: 'endedAt', operator: 'gt', value: 1 } }],
  ])('are none where an index serves it: %s', (_name, by, asked) => {
    expect(ask(by, asked, 0)).toMatchObject({ page: { rows: { length: 10 } }, spent: 0 });
  });

  test('are counted too where an index serves the count: ten entries as one row', () => {
    const asked = { condition: userIp, countMax: 10_000 };
    const total = ask('STARTED_AT', asked, 1_000).page?.total?.rows ?? 0;
    expect(total).toBeGreaterThan(10);
    expect(ask('STARTED_AT', asked, 1_000).spent).toBe(1 + Math.ceil(total / 10));
  });

  test('are none once the budget is used up: of a count that was not made, only the rows of the page are known', () => {
    const totalOf = (budget: number) => ask('STARTED_AT', { countMax: 10_000 }, budget).page?.total;
    expect(totalOf(2)).toEqual({ rows: 20, cappedBy: 'ROW_BUDGET' });
    expect(totalOf(0)).toEqual({ rows: 10, cappedBy: 'ROW_BUDGET' });
    expect(ask('STARTED_AT', { countMax: 15 }, 2).page?.total).toEqual({ rows: 15, cappedBy: 'COUNT_LIMIT' });
  });

  test('are those that the narrowest index finds, once for the page and once for the count', () => {
    const countOf = (condition: Condition<StreamSessionField>) =>
      readModel.read((reader) => reader.streamSessions(pageOf('STARTED_AT', { condition }))).rows.length;
    const asked = { condition: { and: [live, userIp, node] } };
    const [ofIp, ofLive] = [countOf(userIp), countOf(live)];
    const fewest = Math.min(ofLive, ofIp);
    // The index of the address comes first; the other, and all rows, are counted as far as they could find fewer.
    const probes = 1 + Math.ceil(ofIp / 10) + 2 * (1 + Math.ceil(fewest / 10));
    expect(ask('PUSH_DURATION', asked, 1_000).spent).toBe(probes + fewest);
    // The count begins where the page did: nothing is tried again.
    expect(ask('PUSH_DURATION', { ...asked, countMax: 5 }, 1_000).spent).toBe(probes + 2 * fewest);
  });

  test('include those of indexes that were counted to no avail, and each value that was sought', () => {
    const nobody: Condition<StreamSessionField> = {
      field: 'userIpKey',
      operator: 'in',
      values: Array.from({ length: 400 }, (_, index) => addressKey(`2001:db8::${index}`)),
    };
    expect(ask('PUSH_DURATION', { condition: nobody }, 1_000)).toMatchObject({ page: { rows: [] }, spent: 400 });
    const wide: Condition<StreamSessionField> = { field: 'domain', operator: 'startsWith', value: '' };
    const { spent } = ask('PUSH_DURATION', { condition: { and: [wide, userIp] } }, 1_000);
    const { spent: spentOnOne } = ask('PUSH_DURATION', { condition: userIp }, 1_000);
    expect(spent).toBeGreaterThan(spentOnOne);
  });

  test('are as many as the page needs where they are read in order', () => {
    const { page, spent } = ask('STARTED_AT', { condition: node, rowsMax: 3 }, 100);
    expect(page?.rows).toHaveLength(3);
    expect(spent).toBeGreaterThanOrEqual(4);
    expect(spent).toBeLessThan(60);
  });

  test('are all that are left where they were not enough: the page says where it stopped', () => {
    const { page, spent } = ask('STARTED_AT', { condition: nowhere }, rowsTotal - 1);
    expect(page).toMatchObject({ rows: [], hasNextPage: true, stoppedAt: expect.any(Array) as unknown });
    expect(spent).toBe(rowsTotal - 1);
    expect(ask('STARTED_AT', { condition: nowhere, from: page?.stoppedAt ?? null }, rowsTotal - 1)).toMatchObject({
      page: { rows: [], hasNextPage: false, stoppedAt: null },
    });
    const enough = 1 + Math.ceil(rowsTotal / 10) + rowsTotal;
    expect(ask('STARTED_AT', { condition: nowhere }, enough)).toMatchObject({ page: { rows: [] }, spent: enough });
  });

  test('are bounded for all lists of an operation, including counts of indexes that were not used', async () => {
    const large = openLedger();
    try {
      const model = large.openReadModel();
      fillMany(model, 2 * rowsExaminedMax);
      const tried: Condition<StreamSessionField> = {
        and: [
          { field: 'domain', operator: 'startsWith', value: 'a' },
          { field: 'userIp', operator: 'startsWith', value: '10.' },
          { field: 'appId', operator: 'in', values: ['1', '2'] },
          { field: 'endCode', operator: 'gt', value: 0 },
        ],
      };
      const counted = countReads(model.db);
      const reader = createReadModelReader(counted.db);
      for (const condition of [tried, everything]) {
        const before = counted.rows();
        const budget = new RowBudget(operationRowsMax);
        for (let list = 0; list < 120; list += 1) {
          const request = pageOf<StreamSessionField, StreamSessionOrder>('STARTED_AT', {
            condition,
            rowsMax: 1,
            countMax: 10_000,
            budget,
          });
          try {
            reader.streamSessions(request);
          } catch (error) {
            expect(error).toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
          }
        }
        // What is read once the budget is spent: a row or two of each list, to find that there are more.
        expect(counted.rows() - before).toBeLessThan(10 * operationRowsMax + 120 * 20);
      }
    } finally {
      await large.close();
    }
  });

  test('are bounded for one list, whatever the budget', async () => {
    const large = openLedger();
    try {
      const model = large.openReadModel();
      fillMany(model, rowsExaminedMax + 2);
      const page = (condition: Condition<StreamSessionField>, budget = budgetOf(1_000_000)) =>
        model.read((reader) =>
          reader.streamSessions(pageOf('STARTED_AT', { condition, rowsMax: 1, countMax: 20_000, budget })),
        );
      expect(page(nowhere)).toMatchObject({
        rows: [],
        hasNextPage: true,
        stoppedAt: [2n, 2n],
        total: { rows: 0, cappedBy: 'ROW_BUDGET' },
      });
      // Found at once, but not to be counted to the end.
      const some = { field: 'accessPoint', operator: 'isNull', isNull: true } as const;
      const { total } = page(some);
      expect(total).toEqual({ rows: rowsExaminedMax + 1, cappedBy: 'ROW_BUDGET' });
    } finally {
      await large.close();
    }
  });
});

test('property: rows that match are found among those that are examined first and behind them, in both directions', async () => {
  const large = openLedger();
  try {
    const model = large.openReadModel();
    const count = 2 * rowsExaminedFirst + 500;
    fillMany(model, count);
    const starts = fc.uniqueArray(fc.integer({ min: 1, max: count }), { minLength: 1, maxLength: 12 });
    const property = fc.property(starts, fc.boolean(), fc.boolean(), (matching, descending, isForwards) => {
      // No index has any of several, so rows are examined.
      const condition: Condition<StreamSessionField> = {
        or: matching.map((start) => ({ field: 'pushDurationMs', operator: 'eq', value: start })),
      };
      const found: bigint[] = [];
      let from: PageKey | null = null;
      for (let hasMore = true; hasMore;) {
        const page: Page<unknown> = model.read((reader) =>
          reader.streamSessions(
            pageOf('STARTED_AT', {
              condition,
              from,
              rowsMax: 3,
              order: { by: 'STARTED_AT', descending },
              direction: isForwards ? 'forwards' : 'backwards',
            }),
          ),
        );
        const keys = page.rows.map(({ key }) => key);
        found.push(...keys.map(([start]) => start ?? 0n));
        from = (isForwards ? keys.at(-1) : keys[0]) ?? from;
        hasMore = isForwards ? page.hasNextPage : page.hasPreviousPage;
        expect(page.stoppedAt).toBeNull();
      }
      expect(found.map(Number).sort((one, other) => one - other)).toEqual(matching.sort((one, other) => one - other));
    });
    fc.assert(property, { numRuns: 30 });
  } finally {
    await large.close();
  }
});

describe('a list that is refused', () => {
  let large: Ledger;
  let model: TestReadModel;
  beforeAll(() => {
    large = openLedger();
    model = large.openReadModel();
    fillMany(model, rowsExaminedMax + 1);
  });
  afterAll(() => large.close());

  const refusal = (by: StreamSessionOrder, condition: Condition<StreamSessionField>, budget: number) => {
    try {
      model.read((reader) => reader.streamSessions(pageOf(by, { condition, budget: budgetOf(budget) })));
    } catch (error) {
      if (error instanceof LedgerError) return error;
    }
    throw new Error('It was answered.');
  };

  const duration = 'PUSH_DURATION';
  const anyIp: Condition<StreamSessionField> = { field: 'userIp', operator: 'startsWith', value: '10.' };
  test.each<[string, StreamSessionOrder, Condition<StreamSessionField>, string[]]>([
    ['an order without an index', duration, { and: [] }, []],
    ['an order that the index of the field does not have', duration, anyIp, ['userIp']],
    ['a network', duration, { field: 'userIpKey', operator: 'gte', value: '0' }, ['userIp']],
    ['a field beside one with an index', duration, { and: [anyIp, nowhere] }, ['userIp', 'accessPoint']],
    ['fields on either side of an `or`', duration, { or: [nowhere, { not: { not: nowhere } }] }, ['accessPoint']],
    ['an order that only some rows have an index for', 'ENDED_AT', node, ['accessPoint']],
  ])('names the index that it misses: %s', (_name, by, condition, fields) => {
    const { code, details, message } = refusal(by, condition, 20_000);
    expect(code).toBe('OPERATION_TOO_COSTLY');
    expect(details).toEqual({ missingIndex: { list: 'streamSessions', fields, order: by } });
    expect(message).toContain(by);
    for (const field of fields) expect(message).toContain(field);
  });

  test('says what else to ask for, and repeats no value', () => {
    const { message } = refusal(duration, nowhere, 20_000);
    expect(message).toContain(
      'by sequence, streamId, relayTaskId, userIp, domain, endCode, startedAtSource, appId, state, or order by',
    );
    expect(message).not.toContain('secret');
    expect(refusal('ENDED_AT', nowhere, 20_000).message).toContain('Filter by state ENDED or endedAt, or order by');
  });

  test('names nothing that the caller can’t ask for', () => {
    const everywhere = { field: 'appId', operator: 'isNull', isNull: true } as const;
    const { message } = tooCostly(callbackList, everywhere, { by: 'OCCURRED_AT', descending: true });
    expect(message).toContain(
      'by taskId, streamId, relayTask, eventType, occurredAt, or order by RECEIVED_AT or RECORDED',
    );
    expect(message).not.toMatch(/Row|session/);
  });

  test('says so where it was not its own rows that used up the budget, but other lists', () => {
    const { details, message } = refusal(duration, nowhere, 5);
    expect(details).toEqual({});
    expect(message).toContain('fewer lists');
  });
});
