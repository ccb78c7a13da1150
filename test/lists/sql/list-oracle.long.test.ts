import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Condition, Page, PageKey, PageRequest, Total } from '../../../src/lists/listing.ts';
import type { CallbackField, CallbackOrder } from '../../../src/callbacks/callback-fields.ts';
import type { RelayTaskField, RelayTaskOrder } from '../../../src/relay/relay-task-fields.ts';
import type { StreamSessionOrder } from '../../../src/sessions/stream-session-fields.ts';
import type { QuarantineField, QuarantineOrder } from '../../../src/quarantine/quarantine-fields.ts';
import type { ReadModelReader } from '../../../src/projecting/file/read-model-reader.ts';
import { expectEqual } from '../../support/expect-equal.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { conditionsOf, listed, type Askable, type AskableMembers, type OracleRow } from '../../support/list-oracle.ts';
import { budgetOf, pageOf } from '../../support/list-requests.ts';
import {
  fillCallbacks,
  fillQuarantined,
  fillSessions,
  fillTasks,
  nameOf,
  names,
  type StreamSessionFilterField,
} from '../../support/list-rows.ts';
import { addressKey } from '../../../src/kernel/addresses.ts';
import type { TestReadModel } from '../../support/read-model.ts';

const equality = ['eq', 'ne', 'in', 'notIn', 'isNull'] as const;
const numeric = [...equality, 'lt', 'lte', 'gt', 'gte'] as const;
const moments = [-1, 0, 1, 5, 10, 19, 20, 40, 100, 190, 250].map((second) => 1_600_000_000_000 + 1_000 * second);
const texts = (values: readonly string[]): Askable => ({ operators: [...equality, 'startsWith'], values });
const numbers = (values: readonly number[]): Askable => ({ operators: numeric, values });
const some = (values: readonly (string | number)[]): Askable => ({ operators: ['eq', 'in', 'isNull'], values });

interface List<Field extends string, Order extends string> {
  readonly rowsTotal: number;
  readonly fill: (db: TestReadModel['db'], count: number) => OracleRow<Field, Order>[];
  readonly fields: Readonly<Record<Field, Askable | AskableMembers>>;
  readonly orders: readonly Order[];
  /** Orders that no index gives: too many rows for a budget can't be sorted, and so not be paged through. */
  readonly unindexed: readonly Order[];
  /** The names of a page's rows are read from them. */
  readonly read: (reader: ReadModelReader, request: PageRequest<Field, Order>) => Page<string>;
}

const sessions: List<StreamSessionFilterField, StreamSessionOrder> = {
  rowsTotal: 200,
  fill: fillSessions,
  fields: {
    appId: texts(['0', '1', '2', '3']),
    sequence: texts(['1', '17', '170', '199']),
    domain: texts(names),
    path: texts(['live', 'vod', 'x']),
    streamId: texts(names),
    userIp: texts(['10.0.0.1', '10.0.0.2', '10.']),
    accessPoint: texts(['n1', 'n2']),
    userIpKey: {
      operators: [...equality, 'gte', 'lte', 'inRanges'],
      values: ['9.0.0.0', '10.0.0.1', '10.0.0.4', '::'].map(addressKey),
    },
    accessPointKey: { operators: equality, values: ['n1', 'n2'].map(addressKey) },
    state: { operators: ['eq', 'ne', 'in', 'notIn'], values: ['LIVE', 'ENDED', 'SUPERSEDED', 'CLOSED'] },
    startedAt: numbers(moments),
    startedAtSource: {
      operators: ['eq', 'ne', 'in', 'notIn'],
      values: ['PUSH_CALLBACK', 'DERIVED_FROM_DURATION', 'UNKNOWN'],
    },
    endedAt: numbers(moments),
    closedAt: numbers(moments),
    pushDurationMs: numbers([0, 500, 700.5, 4_500]),
    endCode: numbers([0, 1, 3, 7]),
    endSide: { operators: equality, values: ['CLIENT', 'NETWORK'] },
    width: numbers([1_280, 1_920]),
    height: numbers([720, 1_080]),
    region: { operators: equality, values: ['MAINLAND_CHINA', 'OUTSIDE_MAINLAND_CHINA'] },
    idcId: numbers([0, 1, 3]),
    relayTaskId: texts(['7', '8', 'x']),
  },
  orders: ['STARTED_AT', 'ENDED_AT', 'PUSH_DURATION', 'LAST_CHANGED'],
  unindexed: ['ENDED_AT', 'PUSH_DURATION'],
  read: (reader, request) => named(reader.streamSessions(request), ({ session }) => nameOf(session)),
};

const tasks: List<RelayTaskField, RelayTaskOrder> = {
  rowsTotal: 150,
  fill: fillTasks,
  fields: {
    appId: texts(['0', '1', '2', '3']),
    taskId: texts(['1', '17', '140', 'x']),
    state: { operators: ['eq', 'ne', 'in', 'notIn'], values: ['RUNNING', 'EXITED', 'UNKNOWN'] },
    streamId: texts(names),
    domain: texts(names),
    path: texts(['live', 'vod', 'x']),
    toUrl: texts(['rtmp://a/1', 'rtmp://a/4', 'x']),
    sourceUrl: some(['u1', 'u2', 'x']),
    sourceFile: some(['1', '3', 'x']),
    exitCode: numbers([0, 1, 3]),
    everExitedWith: some([-22, 0, 7, 8]),
    startedAt: numbers(moments),
    startReceivedAt: numbers(moments),
    exitedAt: numbers(moments),
    exitReceivedAt: numbers(moments),
    runs: {
      members: {
        startedAt: numbers(moments),
        startReceivedAt: numbers(moments),
        exitedAt: numbers(moments),
        exitReceivedAt: numbers(moments),
        exitCode: numbers([-22, 0, 7, 8]),
        attribution: { operators: equality, values: ['BY_TASK_ID', 'BY_SOURCE_URLS'] },
      },
    },
    alarm: some(['PullFileFailed', 'PushStreamFailed', 'x']),
  },
  orders: ['STARTED_AT', 'EXITED_AT', 'LAST_CHANGED'],
  unindexed: [],
  read: (reader, request) => named(reader.relayTasks(request), ({ taskId }) => taskId),
};

const callbacks: List<CallbackField, CallbackOrder> = {
  rowsTotal: 200,
  fill: fillCallbacks,
  fields: {
    eventType: numbers([0, 1, 314]),
    callbackEvent: texts(['TaskStart', 'TaskExit']),
    occurredAt: numbers(moments),
    receivedAt: numbers(moments),
    signature: { operators: ['eq', 'ne', 'in', 'notIn'], values: ['VALID', 'TOKEN', 'EXPIRED'] },
    appId: texts(['0', '1']),
    streamId: texts(names),
    domain: texts(names),
    taskId: texts(['t0', 't1', 'x']),
    sessionId: { operators: ['eq'], values: [0, 1, 9] },
    taskRow: { operators: ['eq'], values: [0, 1, 9] },
    relayTask: { operators: ['isNull'], values: [0] },
  },
  orders: ['RECORDED', 'RECEIVED_AT', 'OCCURRED_AT'],
  unindexed: ['OCCURRED_AT'],
  read: (reader, request) => named(reader.callbacks(request), ({ position }) => String(position)),
};

const quarantined: List<QuarantineField, QuarantineOrder> = {
  rowsTotal: 200,
  fill: fillQuarantined,
  fields: {
    reason: { operators: ['eq', 'ne', 'in', 'notIn'], values: ['FORGED', 'UNPROVEN', 'UNREADABLE'] },
    status: { operators: ['eq', 'ne', 'in', 'notIn'], values: ['HELD', 'RELEASED', 'DISCARDED'] },
    receivedAt: numbers(moments),
    appId: texts(['0', '1']),
    releasedBy: texts(['anna', 'ben']),
  },
  orders: ['RECORDED', 'RECEIVED_AT'],
  unindexed: [],
  read: (reader, request) => named(reader.quarantined(request), ({ position }) => String(position)),
};

function named<Row>(page: Page<Row>, nameOf: (row: Row) => string): Page<string> {
  return { ...page, rows: page.rows.map(({ row, key }) => ({ row: nameOf(row), key })) };
}

describe('a list answers what evaluating every row would', () => {
  describe('stream sessions', () => {
    compareWithOracle(sessions);
  });
  describe('relay tasks', () => {
    compareWithOracle(tasks);
  });
  describe('callbacks', () => {
    compareWithOracle(callbacks);
  });
  describe('callbacks in quarantine', () => {
    compareWithOracle(quarantined);
  });
});

function compareWithOracle<Field extends string, Order extends string>(list: List<Field, Order>): void {
  let ledger: Ledger;
  let readModel: TestReadModel;
  let rows: OracleRow<Field, Order>[];
  beforeAll(() => {
    ledger = openLedger();
    readModel = ledger.openReadModel();
    rows = list.fill(readModel.db, list.rowsTotal);
  });
  afterAll(() => ledger.close());

  const conditions = conditionsOf(list.fields);
  /** A few conditions joined by `and`, like the filters of users: indexes are chosen by these. */
  const filters = fc.oneof(
    conditions,
    fc.array(conditions, { maxLength: 3 }).map((and): Condition<Field> => ({ and })),
  );
  const orders = fc.record({ by: fc.constantFrom(...list.orders), descending: fc.boolean() });

  test.each(['forwards', 'backwards'] as const)(
    'read %s, in pages of any size, in any order, whatever is asked for; with its count',
    (direction) => {
      fc.assert(
        fc.property(
          filters,
          orders,
          fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 3 }),
          fc.constantFrom(null, 3, 10_000),
          (condition, order, sizes, countMax) => {
            const expected = listed(rows, condition, order);
            const total = countMax === null ? null : cappedAt(countMax, expected.length);
            readModel.read((reader) => {
              let read: string[] = [];
              let from: PageKey | null = null;
              for (let turn = 0; ; turn += 1) {
                const rowsMax = sizes[turn % sizes.length] ?? 1;
                const asked = { condition, order, direction, from, rowsMax, countMax };
                const page = list.read(reader, pageOf(order.by, asked));
                const found = page.rows.map(({ row }) => row);
                read = direction === 'forwards' ? [...read, ...found] : [...found, ...read];
                const [ahead, behind] = [read.length < expected.length, read.length > found.length];
                expectEqual(
                  [page.hasNextPage, page.hasPreviousPage, page.stoppedAt, page.total],
                  [...(direction === 'forwards' ? [ahead, behind] : [behind, ahead]), null, total],
                );
                if (!ahead) break;
                from = (direction === 'forwards' ? page.rows.at(-1) : page.rows[0])?.key ?? null;
              }
              expectEqual(read, expected);
            });
          },
        ),
        { numRuns: 300 },
      );
    },
  );

  test('with a small budget gives a part of the page, and says where it stopped', () => {
    fc.assert(
      fc.property(
        filters,
        orders,
        fc.integer({ min: 0, max: 150 }),
        fc.nat({ max: 60 }),
        (condition, order, budget, start) => {
          const expected = listed(rows, condition, order);
          readModel.read((reader) => {
            const wide = list.read(reader, pageOf(order.by, { condition, order }));
            const from = wide.rows[start]?.key ?? null;
            const rest = from === null ? expected : expected.slice(start + 1);
            const spent = budgetOf(budget);
            const asked = { condition, order, from, rowsMax: 20, countMax: 50, budget: spent };
            const page = orCodeOf(() => list.read(reader, pageOf(order.by, asked)));
            expect(spent.rowsLeft).toBeGreaterThanOrEqual(0);
            if (typeof page === 'string') {
              expect([page, list.unindexed]).toEqual(['OPERATION_TOO_COSTLY', expect.arrayContaining([order.by])]);
              return;
            }
            const found = page.rows.map(({ row }) => row);
            expect(found).toEqual(rest.slice(0, page.stoppedAt === null ? 20 : found.length));
            expect(page.hasNextPage).toBe(page.stoppedAt !== null || rest.length > 20);
            expect(page.hasPreviousPage).toBe(from !== null);
            const total = page.total ?? { rows: 0, cappedBy: 'ROW_BUDGET' };
            expect(total.rows).toBeGreaterThanOrEqual(found.length);
            expect(total.rows).toBeLessThanOrEqual(Math.min(50, expected.length));
            if (total.cappedBy === null) expect(total.rows).toBe(expected.length);
            if (total.cappedBy === 'COUNT_LIMIT') expect(total.rows).toBe(50);
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each(['forwards', 'backwards'] as const)(
    'paged %s on small budgets, always gets further, and ends with all rows, each once',
    (direction) => {
      fc.assert(
        fc.property(
          filters,
          orders,
          fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 3 }),
          fc.nat({ max: 20 }),
          (condition, order, budgets, rowsMax) => {
            const expected = listed(rows, condition, order);
            readModel.read((reader) => {
              let read: string[] = [];
              let from: PageKey | null = null;
              const seen = new Set<string>();
              for (let turn = 0; ; turn += 1) {
                const budget = budgetOf(budgets[turn % budgets.length] ?? 0);
                const asked: Partial<PageRequest<Field, Order>> = {
                  condition,
                  order,
                  direction,
                  from,
                  rowsMax: rowsMax + 1,
                  budget,
                };
                const page: Page<string> | string = orCodeOf(() => list.read(reader, pageOf(order.by, asked)));
                if (typeof page === 'string') {
                  expect([page, list.unindexed]).toEqual(['OPERATION_TOO_COSTLY', expect.arrayContaining([order.by])]);
                  return;
                }
                const found = page.rows.map(({ row }) => row);
                read = direction === 'forwards' ? [...read, ...found] : [...found, ...read];
                if (!(direction === 'forwards' ? page.hasNextPage : page.hasPreviousPage)) break;
                from = page.stoppedAt ?? (direction === 'forwards' ? page.rows.at(-1) : page.rows[0])?.key ?? null;
                expectEqual(seen.has(String(from)), false);
                seen.add(String(from));
              }
              expectEqual(read, expected);
            });
          },
        ),
        { numRuns: 100 },
      );
    },
  );
}

function cappedAt(countMax: number, rows: number): Total {
  return { rows: Math.min(countMax, rows), cappedBy: rows > countMax ? 'COUNT_LIMIT' : null };
}

function orCodeOf<Result>(work: () => Result): Result | string {
  try {
    return work();
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined || code.startsWith('SQLITE')) throw error;
    return code;
  }
}
