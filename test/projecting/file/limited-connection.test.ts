import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import type { Scope, ScopePart } from '../../../src/kernel/scope.ts';
import type { Page, PageRequest } from '../../../src/lists/listing.ts';
import { limitConnection, type LimitedConnection } from '../../../src/projecting/file/limited-connection.ts';
import { openReadModelForReading } from '../../../src/projecting/file/read-model-file.ts';
import { createReadModelReader, type ReadModelReader } from '../../../src/projecting/file/read-model-reader.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { conditionsOf, listed, type Askable, type OracleRow } from '../../support/list-oracle.ts';
import { pageOf } from '../../support/list-requests.ts';
import { fillCallbacks, fillSessions, fillTasks, nameOf, names } from '../../support/list-rows.ts';
import type { TestReadModel } from '../../support/read-model.ts';
import { numRunsOf } from '../../support/num-runs.ts';

let ledger: Ledger;
let readModel: TestReadModel;
let whole: Database.Database;
let db: Database.Database;
let limits: LimitedConnection;
let reader: ReadModelReader;

function open(fill: (into: Database.Database) => void): void {
  ledger = openLedger();
  readModel = ledger.openReadModel();
  fill(readModel.db);
  whole = openReadModelForReading(readModel.db.name);
  db = openReadModelForReading(readModel.db.name);
  limits = limitConnection(db);
  reader = createReadModelReader(db, limits);
}

async function close(): Promise<void> {
  for (const one of [db, whole]) one.close();
  await ledger.close();
}

const text = (values: readonly string[]): Askable => ({
  operators: ['eq', 'ne', 'in', 'notIn', 'startsWith', 'isNull'],
  values,
});
const domains = [...names, 'x.a', 'y.x.a', '*.a'];
const some = (values: readonly string[]) =>
  fc.option(fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }), { nil: undefined });

interface Names {
  readonly appId?: unknown;
  readonly domain?: unknown;
  readonly path?: unknown;
  readonly streamId?: unknown;
}

/** By the rules: each name that a part limits is known, and one of those. */
function isInside(scope: Scope, { appId, domain, path, streamId }: Names): boolean {
  const within = (allowed: readonly string[] | undefined, name: unknown) =>
    allowed === undefined || (typeof name === 'string' && allowed.includes(name));
  const isUnder = (pattern: string) =>
    pattern.startsWith('*.') &&
    typeof domain === 'string' &&
    domain.endsWith(pattern.slice(1)) &&
    domain !== pattern.slice(1);
  return scope.some(
    (part) =>
      within(part.accounts, appId) &&
      (within(part.domains, domain) || part.domains?.some(isUnder) === true) &&
      within(part.paths, path) &&
      within(part.streams, streamId),
  );
}

interface Compared<Field extends string, Order extends string> {
  readonly fill: (into: Database.Database, count: number) => OracleRow<Field, Order>[];
  readonly fields: Readonly<Record<string, Askable>>;
  readonly orders: readonly Order[];
  readonly limited: readonly (keyof ScopePart)[];
  readonly read: (
    model: ReadModelReader,
    request: PageRequest<Field, Order>,
  ) => Pick<Page<unknown>, 'total'> & { readonly names: string[] };
}

function compareWithRules<Field extends string, Order extends string>(list: Compared<Field, Order>): void {
  let rows: OracleRow<Field, Order>[];
  beforeAll(() => {
    open((into) => {
      rows = list.fill(into, 150);
    });
  });
  afterAll(close);

  test('has in any scope, by any filter and order, what the rules say, with its count', () => {
    const values = { accounts: ['0', '1', '2'], domains, paths: ['live', 'vod'], streams: names };
    const parts = fc
      .record(Object.fromEntries(list.limited.map((key) => [key, some(values[key])])))
      .filter((part) => Object.values(part).some((one) => one !== undefined));
    const scopes = fc.array(parts, { minLength: 1, maxLength: 2 }) as fc.Arbitrary<Scope>;
    const orders = fc.record({ by: fc.constantFrom(...list.orders), descending: fc.boolean() });
    fc.assert(
      fc.property(scopes, conditionsOf(list.fields), orders, (scope, condition, order) => {
        limits.limitTo(scope);
        const inside = rows.filter(({ fields }) => isInside(scope, fields));
        const expected = listed(inside, condition as never, order);
        const { names: found, total } = list.read(
          reader,
          pageOf(order.by, { condition: condition as never, order, countMax: 1_000 }),
        );
        expect([found, total]).toEqual([expected, { rows: expected.length, cappedBy: null }]);
      }),
      { numRuns: numRunsOf(300) },
    );
  });
}

const byNames = {
  appId: text(['0', '1', '2']),
  domain: text(names),
  path: text(['live', 'vod']),
  streamId: text(names),
};
const all = ['accounts', 'domains', 'paths', 'streams'] as const;

describe('sessions', () => {
  compareWithRules({
    fill: fillSessions,
    fields: byNames,
    orders: ['STARTED_AT', 'LAST_CHANGED'],
    limited: all,
    read(model, request) {
      const { rows, total } = model.streamSessions(request);
      return { names: rows.map(({ row }) => nameOf(row.session)), total };
    },
  });
});

describe('relay tasks', () => {
  compareWithRules({
    fill: fillTasks,
    fields: byNames,
    orders: ['STARTED_AT', 'LAST_CHANGED'],
    limited: all,
    read(model, request) {
      const { rows, total } = model.relayTasks(request);
      return { names: rows.map(({ row }) => row.taskId), total };
    },
  });
});

describe('callbacks, by their session, their task or their own names', () => {
  const { domain, streamId } = byNames;
  compareWithRules({
    fill: fillCallbacks,
    fields: { domain, streamId },
    orders: ['RECORDED', 'RECEIVED_AT'],
    limited: ['domains', 'streams'],
    read(model, request) {
      const { rows, total } = model.callbacks(request);
      return { names: rows.map(({ row }) => String(row.position)), total };
    },
  });
});

describe('a limited connection', () => {
  beforeAll(() => {
    open((into) => {
      fillSessions(into, 150);
      into.exec(
        `INSERT INTO quarantine_usage VALUES ('UNREADABLE', 1, 1); INSERT INTO poisoned VALUES (1, 'canary', 'canary')`,
      );
    });
  });
  afterAll(close);

  const tables = () =>
    whole
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all();
  const count = (from: string) => db.prepare<[], number>(`SELECT count(*) FROM ${from}`).pluck().get();

  test('has no rows of any table before it is limited to a scope, and none that is about the whole ever', () => {
    for (const table of tables().filter((name) => name !== 'progress'))
      expect([table, count(table)]).toEqual([table, 0]);
    limits.limitTo([{ accounts: ['0', '1', '2'] }]);
    expect(count('stream_sessions')).toBe(whole.prepare('SELECT count(*) FROM stream_sessions').pluck().get());
    for (const table of ['quarantined', 'quarantine_usage', 'poisoned', 'unsettled_pushes'])
      expect(count(table)).toBe(0);
  });

  test('limits a statement that names an index, and one that joins', () => {
    limits.limitTo([{ accounts: ['1'] }]);
    const own = whole.prepare<[], number>(`SELECT count(*) FROM stream_sessions WHERE app_id = '1'`).pluck().get();
    expect(count('stream_sessions INDEXED BY stream_sessions_by_start WHERE ordered_at > 0')).toBe(own);
    expect(count('stream_sessions AS one NOT INDEXED JOIN stream_sessions AS other ON other.id = one.id')).toBe(own);
  });

  test('ends a read that compares more rows than one may', () => {
    const other = openReadModelForReading(readModel.db.name);
    const few = limitConnection(other, 100);
    few.limitTo([{ accounts: ['none'] }]);
    expect(() => other.prepare('SELECT count(*) FROM stream_sessions').get()).toThrow(/outside of the scope/);
    few.limitTo([{ accounts: ['none'] }], () => {
      throw new Error('out of time');
    });
    expect(other.prepare('SELECT count(*) FROM stream_sessions').pluck().get()).toBe(0);
    other.close();
  });
});
