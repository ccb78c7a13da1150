import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FieldCondition, PageKey } from '../../../../src/read-models/listing.ts';
import type { Query } from '../../../../src/read-models/sqlite/lists/condition-sql.ts';
import { countQuery, keyQuery, rowsQuery, type Stretch } from '../../../../src/read-models/sqlite/lists/list-query.ts';
import { isServed, planList, type BoundPath } from '../../../../src/read-models/sqlite/lists/plan-list.ts';
import { openLedger, type Ledger } from '../../../support/ledger.ts';
import { askedOf, everyPath, lists, type AnyList, type AnyPath } from '../../../support/listed-paths.ts';
import type { TestReadModel } from '../../../support/read-model.ts';

/** The closed table of lists, held against what SQLite does: every index in it, in both directions, from every place. */

let ledger: Ledger;
let readModel: TestReadModel;
beforeAll(() => {
  ledger = openLedger();
  readModel = ledger.openReadModel();
});
afterAll(() => ledger.close());

/** What SQLite does, without what it does with values that were handed in as JSON. */
function planOf({ sql, values }: Query): string[] {
  return readModel.db
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map(({ detail }) => detail)
    .filter((detail) => !/^LIST SUBQUERY|json_each|^CREATE BLOOM/.test(detail));
}

function boundOf(list: AnyList, path: AnyPath, by: string, asked: FieldCondition<string>[]): BoundPath<string, string> {
  const bound = planList(list, { and: asked }, { by, descending: true }).find((one) => one.path === path);
  if (bound === undefined) throw new Error('The path is not taken into account.');
  return bound;
}

const later: PageKey = [1_600_000_000_000n, 7n];
const windows = [
  ['the first page', true, false],
  ['a later page', true, true],
  ['the last page', false, false],
  ['an earlier page', false, true],
] as const;

/** What says that a page begins at its cursor: by all columns of the order, but for the number of the row behind a time. */
function beginning(columns: readonly string[], descending: boolean): RegExp {
  const sign = descending ? '<' : '>';
  if (columns.length === 1) return new RegExp(`(position|rowid)${sign}\\?`);
  const [lead = '', next = ''] = columns;
  return next === 'position'
    ? new RegExp(`${lead}${sign}\\?`)
    : new RegExp(`\\(${lead},${next}\\)${sign}\\(\\?,\\?\\)`);
}

const ordered = everyPath.filter(([, , { order }]) => order !== null);
const finding = everyPath.filter(([, , { order }]) => order === null);

describe.each(ordered)('%s', (_name, list, path) => {
  const by = path.order ?? '';
  const columns = list.orders[by]?.columns ?? [];
  const key = later.slice(later.length - columns.length);
  const using = path.index === null ? '(USING INTEGER PRIMARY KEY|$)' : `USING INDEX ${path.index}`;
  const stretchOf = (descending: boolean, isLater: boolean, asked = askedOf(path)): Stretch => ({
    bound: boundOf(list, path, by, asked),
    by,
    descending,
    from: isLater ? { key, inclusive: false } : null,
    until: null,
  });

  test('serves what it is listed for, completely', () => {
    expect(isServed(boundOf(list, path, by, askedOf(path)))).toBe(true);
  });

  test.each(windows)('%s is read from the index, in order, and without sorting', (_window, descending, isLater) => {
    const [step, ...rest] = planOf(rowsQuery(list, stretchOf(descending, isLater), 51));
    expect(step).toMatch(new RegExp(`^(SEARCH|SCAN) ${list.table} ?${using}`));
    // What the index begins with, and where in it the page begins, is sought.
    if (path.equal.length > 0 || isLater) expect(step).toMatch(/^SEARCH/);
    if (path.equal.length > 0) expect(step).toMatch(/\(\w+=\?/);
    if (isLater) expect(step).toMatch(beginning(columns, descending));
    expect(rest).toEqual([]);
  });

  test.each(windows)('what is at hand of %s is counted in the index alone', (_window, descending, isLater) => {
    const steps = planOf(countQuery(list, stretchOf(descending, isLater), 'found', 10_001));
    const tableStep = steps.find((step) => step.includes(` ${list.table}`));
    // What fits no task is few, and SQLite looks at the rows again.
    const isCovering = path.index !== null && path.index !== 'callbacks_without_task';
    expect(tableStep).toMatch(
      new RegExp(isCovering ? `USING COVERING INDEX ${path.index}\\b` : `^(SEARCH|SCAN) ${list.table}`),
    );
    expect(
      planOf(keyQuery(list, stretchOf(descending, isLater), 100)).some((step) => step.startsWith('USE TEMP')),
    ).toBe(false);
  });
});

const following = ordered.filter(([, { orders }, { order }]) => orders[order ?? '']?.follows !== undefined);

describe.each(following)('%s', (_name, list, path) => {
  const by = path.order ?? '';
  const columns = list.orders[by]?.columns ?? [];
  const field = list.orders[by]?.follows?.field ?? '';

  test.each(windows)('a range of times bounds %s on both sides', (_window, descending, isLater) => {
    const asked: FieldCondition<string>[] = [
      ...askedOf(path),
      { field, operator: 'gte', value: 1_500_000_000_000 },
      { field, operator: 'lt', value: 1_700_000_000_000 },
    ];
    const bound = boundOf(list, path, by, asked);
    const from = isLater ? { key: later, inclusive: false } : null;
    const [step, ...rest] = planOf(rowsQuery(list, { bound, by, descending, from, until: null }, 51));
    expect(step).toMatch(isLater && !descending ? beginning(columns, false) : new RegExp(`${columns[0] ?? ''}>\\?`));
    expect(step).toMatch(isLater && descending ? beginning(columns, true) : new RegExp(`${columns[0] ?? ''}<\\?`));
    expect(rest).toEqual([]);
  });
});

describe.each(finding)('%s', (_name, list, path) => {
  const [field] = path.equal;
  const by = Object.keys(list.orders)[0] ?? '';
  test.each([
    ['one value', askedOf(path)],
    ['several values', askedOf(path).map(({ field: asked }) => ({ field: asked, operator: 'in', values: ['x', 1] }))],
  ] as [string, FieldCondition<string>[]][])('finds the rows of %s in the index', (_kind, asked) => {
    const bound = boundOf(list, path, by, asked);
    expect(bound).toMatchObject({ inOrder: false, narrows: true, residual: [] });
    const plan = planOf(rowsQuery(list, { bound, by, descending: true, from: null, until: null }, 51));
    const column = list.columnOf[field ?? ''];
    const member = typeof column === 'object' && 'table' in column ? column : null;
    const sought = plan.filter((step) => step.includes(path.index ?? 'PRIMARY KEY'));
    expect(sought[0]).toMatch(/^SEARCH/);
    // Members are read one row at a time, and the list's own rows are looked up by their numbers.
    if (member !== null) {
      expect(plan.filter((step) => step.startsWith('SEARCH member'))).toEqual([
        expect.stringMatching(new RegExp(`\\(${member.column}=\\?\\)$`)),
        expect.stringMatching(new RegExp(`\\(${member.column}=\\? AND ${member.rowColumn}>\\?\\)$`)),
      ]);
      expect(plan).toContain(`SEARCH ${list.table} USING INTEGER PRIMARY KEY (rowid=?)`);
    }
    expect(plan.filter((step) => step.startsWith('SCAN') && step.includes(list.table))).toEqual([]);
  });
});

test('every index that only readers need stands in the table, and the other way round', () => {
  const inTable = new Set(lists.flatMap(({ paths }) => paths.flatMap(({ index }) => index ?? [])));
  const inFile = readModel.db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'index' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all();
  expect(inFile).toEqual(expect.arrayContaining([...inTable]));
  const projections = new Set([
    'callbacks_of_task_by_time',
    'callbacks_by_source',
    'stream_sessions_of_stream',
    'relay_tasks_of_source',
    'relay_tasks_of_source_by_boundary',
    'relay_task_sources_of_task',
    'relay_runs_by_time',
    'relay_runs_exited',
    // What plays now is looked up within one task.
    'relay_files_playing',
  ]);
  expect(inFile.filter((index) => !inTable.has(index) && !projections.has(index))).toEqual([]);
});

describe('a path that is not listed for what is asked', () => {
  const plan = (list: AnyList, asked: FieldCondition<string>[], by: string) =>
    planList(list, { and: asked }, { by, descending: true });
  const [sessions] = lists as [AnyList];

  test('is not taken where a partial index may lack rows', () => {
    const indexes = plan(sessions, [{ field: 'state', operator: 'ne', value: 'ENDED' }], 'STARTED_AT');
    expect(indexes.map(({ path }) => path.index)).toEqual(['stream_sessions_by_start']);
    const unknownEnd = plan(sessions, [{ field: 'endedAt', operator: 'isNull', isNull: true }], 'ENDED_AT');
    expect(unknownEnd.map(({ path }) => path.index)).toEqual(['stream_sessions_by_start']);
  });

  test('finds rows, and leaves the rest of what is asked to be looked at', () => {
    const asked: FieldCondition<string>[] = [
      { field: 'domain', operator: 'startsWith', value: 'a' },
      { field: 'state', operator: 'eq', value: 'LIVE' },
    ];
    const found = plan(sessions, asked, 'LAST_CHANGED');
    expect(found.map(({ path, inOrder, residual }) => [path.index, inOrder, residual])).toEqual([
      ['stream_sessions_by_domain', false, [asked[1]]],
      ['stream_sessions_live', false, [asked[0]]],
      ['stream_sessions_by_change', true, asked],
    ]);
  });

  test('what may be so or otherwise is looked at, never sought', () => {
    const either = {
      or: [
        { field: 'domain', operator: 'eq', value: 'a' } as const,
        { field: 'appId', operator: 'eq', value: '1' } as const,
      ],
    };
    const found = planList(sessions, either, { by: 'STARTED_AT', descending: true });
    expect(found.map(({ path, residual }) => [path.index, residual])).toEqual([['stream_sessions_by_start', [either]]]);
  });
});
