import { definitionByName } from '../../../src/callbacks/types/typed-list-table.ts';
import { typedLists } from '../../../src/callbacks/types/typed-lists.ts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FieldCondition, PageKey } from '../../../src/lists/listing.ts';
import { countQuery, keyQuery, rowsQuery, type Query, type Scan } from '../../../src/lists/sql/list-query.ts';
import type { AccessPath, ListDefinition } from '../../../src/lists/sql/list-definition.ts';
import { memberOf } from '../../../src/lists/sql/list-definition.ts';
import { isServed, planList, type ListPlan } from '../../../src/lists/sql/plan-list.ts';
import { toCondition } from '../../../src/lists/conditions.ts';
import { callbackFields } from '../../../src/callbacks/callback-fields.ts';
import { incidentList } from '../../../src/incidents/incident-list.ts';
import { callbackList } from '../../../src/callbacks/callback-list.ts';
import { streamSessionFields } from '../../../src/sessions/stream-session-fields.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { askedOf, everyPath, lists } from '../../support/listed-paths.ts';
import type { TestReadModel } from '../../support/read-model.ts';

/** The closed table of lists, compared with what SQLite does: every index in it, in both directions, from every start. */

let ledger: Ledger;
let readModel: TestReadModel;
beforeAll(() => {
  ledger = openLedger();
  readModel = ledger.openReadModel();
});
afterAll(() => ledger.close());

/** The steps of SQLite's plan, without those over the values that are passed as JSON. */
function stepsOf({ sql, values }: Query): string[] {
  return readModel.db
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map(({ detail }) => detail)
    .filter((detail) => !/^LIST SUBQUERY|json_each|^CREATE BLOOM/.test(detail));
}

function planOf(list: ListDefinition, path: AccessPath, by: string, asked: FieldCondition<string>[]): ListPlan {
  const plan = planList(list, { and: asked }, { by, descending: true }).find((one) => one.path === path);
  if (plan === undefined) throw new Error('The path is not considered.');
  return plan;
}

const later: PageKey = [1_600_000_000_000n, 7n];
/** The four kinds of page: the first, a later one, the last, and an earlier one. */
const windows = [
  { descending: true, isLater: false },
  { descending: true, isLater: true },
  { descending: false, isLater: false },
  { descending: false, isLater: true },
];

/** The part of a step by which a page begins at its cursor: all columns of the order, except for the row number after a time. */
function startOf(columns: readonly string[], descending: boolean): RegExp {
  const sign = descending ? '<' : '>';
  if (columns.length === 1) return new RegExp(`(position|rowid)${sign}\\?`);
  const [lead = '', next = ''] = columns;
  return next === 'position'
    ? new RegExp(`${lead}${sign}\\?`)
    : new RegExp(`\\(${lead},${next}\\)${sign}\\(\\?,\\?\\)`);
}

/** What callbacks have of their session or task is looked up by its row. */
function isNoLookUp(step: string): boolean {
  return !/^CORRELATED SCALAR SUBQUERY|^SEARCH \w+ USING INTEGER PRIMARY KEY \(rowid=\?\)$/.test(step);
}

const ordered = everyPath.filter(([, , { order }]) => order !== null);
const unordered = everyPath.filter(([, , { order }]) => order === null);

test.each(ordered)(
  '%s: every page is read in order and counted in the index alone, whatever its range of times',
  (_name, list, path) => {
    const by = path.order ?? '';
    const columns = list.orders[by]?.columns ?? [];
    const [lead = ''] = columns;
    const plan = planOf(list, path, by, askedOf(path));
    expect(isServed(plan)).toBe(true);

    for (const { descending, isLater } of windows) {
      const from = isLater ? { key: later.slice(later.length - columns.length), inclusive: false } : null;
      const scan: Scan = { plan, by, descending, from, until: null };
      const [step, ...rest] = stepsOf(rowsQuery(list, scan, 51));
      const using = path.index === null ? '(USING INTEGER PRIMARY KEY|$)' : `USING INDEX ${path.index}`;
      expect(step).toMatch(new RegExp(`^(SEARCH|SCAN) ${list.table} ?${using}`));
      // What the index begins with, and where in it the page begins, is sought.
      if (path.equal.length > 0 || isLater) expect(step).toMatch(/^SEARCH/);
      if (path.equal.length > 0) expect(step).toMatch(/\(\w+=\?/);
      if (isLater) expect(step).toMatch(startOf(columns, descending));
      // Nothing is sorted.
      expect(rest.filter(isNoLookUp)).toEqual([]);

      const counted = stepsOf(countQuery(list, scan, 'found', 10_001)).find((one) => one.includes(` ${list.table}`));
      // Few callbacks fit no task, and SQLite reads their rows as well.
      const isCovering = path.index !== null && path.index !== 'callbacks_without_task';
      expect(counted).toMatch(
        new RegExp(isCovering ? `USING COVERING INDEX ${path.index}\\b` : `^(SEARCH|SCAN) ${list.table}`),
      );
      expect(stepsOf(keyQuery(list, scan, 100)).some((one) => one.startsWith('USE TEMP'))).toBe(false);

      const rangeField = list.orders[by]?.rangeField;
      if (rangeField === undefined) continue;
      const { field } = rangeField;
      const bounded = planOf(list, path, by, [
        ...askedOf(path),
        { field, operator: 'gte', value: 1_500_000_000_000 },
        { field, operator: 'lt', value: 1_700_000_000_000 },
      ]);
      const [boundedStep, ...boundedRest] = stepsOf(rowsQuery(list, { ...scan, plan: bounded }, 51));
      expect(boundedStep).toMatch(isLater && !descending ? startOf(columns, false) : new RegExp(`${lead}>\\?`));
      expect(boundedStep).toMatch(isLater && descending ? startOf(columns, true) : new RegExp(`${lead}<\\?`));
      expect(boundedRest.filter(isNoLookUp)).toEqual([]);
    }
  },
);

test.each(unordered)('%s: finds the rows of one value, and of several, in the index', (_name, list, path) => {
  const by = Object.keys(list.orders)[0] ?? '';
  const member = memberOf(list, path);
  const oneValue = askedOf(path);
  const severalValues = oneValue.map(({ field }): FieldCondition<string> => ({
    field,
    operator: 'in',
    values: ['x', 1],
  }));
  const isCandidate = path.candidatesFor !== undefined;
  for (const asked of isCandidate ? [oneValue] : [oneValue, severalValues]) {
    const plan = planOf(list, path, by, asked);
    expect(plan).toMatchObject({ inOrder: false, narrows: true, residual: isCandidate ? oneValue : [] });
    const steps = stepsOf(rowsQuery(list, { plan, by, descending: true, from: null, until: null }, 51));
    expect(steps.find((step) => step.includes(path.index ?? 'PRIMARY KEY'))).toMatch(/^SEARCH/);
    // Members are read one row at a time, and the list's own rows are looked up by their numbers.
    if (member !== null) {
      expect(steps.filter((step) => step.startsWith('SEARCH member'))).toEqual([
        expect.stringMatching(new RegExp(`\\(${member.column}=\\?\\)$`)),
        expect.stringMatching(new RegExp(`\\(${member.column}=\\? AND ${member.rowColumn}>\\?\\)$`)),
      ]);
      expect(steps).toContain(`SEARCH ${list.table} USING INTEGER PRIMARY KEY (rowid=?)`);
    }
    expect(steps.filter((step) => step.startsWith('SCAN') && step.includes(list.table))).toEqual([]);
  }
});

test('every index that only readers need serves a list, and every index that serves a list exists', () => {
  const inTable = new Set(lists.flatMap(({ paths }) => paths.flatMap(({ index }) => index ?? [])));
  const inFile = readModel.db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'index' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all();
  expect(inFile).toEqual(expect.arrayContaining([...inTable]));
  const projections = new Set([
    'callbacks_of_task_by_time',
    'callbacks_by_source',
    'callbacks_of_task_untimed_exits',
    'stream_sessions_of_stream',
    'relay_exit_candidates_of_task',
    'relay_task_sources_of_task',
    'relay_runs_by_time',
    'relay_runs_by_arrival',
    'relay_runs_exited',
    // Statistics look for sessions that began long before.
    'stream_sessions_long',
    // The file that is playing is looked up within one task.
    'relay_files_playing',
    // Facts of operators are looked up for one session or task.
    'operator_facts_of_subject',
    // Callbacks that name a push or a relay task are looked up for one session.
    'callbacks_by_named_sequence',
    'callbacks_by_named_task',
    ...typedLists.flatMap(({ name }) => definitionByName(name).paths.map(({ index }) => index ?? '')),
    // Callbacks that may still move to another session are looked up for one push.
    'unsettled_callbacks_of_push',
    // Failures of a time, a stream or a task are looked at again when one of them changes, with the incidents around them.
    ...['failures_by_time', 'failures_taken', 'failures_by_task', 'failures_by_session'],
    'failure_hours_by_hour',
    ...['incidents_by_span', 'incidents_by_failure', 'incidents_awaited'],
    ...incidentList.paths.map(({ index }) => index ?? ''),
    // The rows of one sender are removed together.
    'quarantined_of_stream',
  ]);
  expect(inFile.filter((index) => !inTable.has(index) && !projections.has(index))).toEqual([]);
});

describe('a path that does not serve what is asked', () => {
  const plan = (list: ListDefinition, asked: FieldCondition<string>[], by: string) =>
    planList(list, { and: asked }, { by, descending: true });
  const [sessions] = lists as [ListDefinition];

  test('is not considered where a partial index may lack rows', () => {
    const indexes = plan(sessions, [{ field: 'state', operator: 'ne', value: 'ENDED' }], 'STARTED_AT');
    expect(indexes.map(({ path }) => path.index)).toEqual(['stream_sessions_by_start']);
    const unknownEnd = plan(sessions, [{ field: 'endedAt', operator: 'isNull', isNull: true }], 'ENDED_AT');
    expect(unknownEnd.map(({ path }) => path.index)).toEqual(['stream_sessions_by_start']);
  });

  test('finds rows, and leaves the other conditions to be evaluated for each', () => {
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

  test('finds the addresses of a network by a range of their keys', () => {
    const asked = toCondition(streamSessionFields, { userIp: { within: '10.0.0.0/9' } });
    const [found] = planList(sessions, asked, { by: 'STARTED_AT', descending: true });
    expect([found?.path.index, found?.seeks.map((seek) => seek.operator), found?.residual]).toEqual([
      'stream_sessions_by_user_ip_key',
      ['gte', 'lte'],
      [],
    ]);
  });

  test('finds addresses by the beginning of their text in the index of their keys', () => {
    const asked = toCondition(streamSessionFields, { userIp: { startsWith: '10.1' } });
    const [found] = planList(sessions, asked, { by: 'STARTED_AT', descending: true });
    expect([found?.path.index, found?.seeks.map((seek) => seek.operator), found?.residual]).toEqual([
      'stream_sessions_by_user_ip_key',
      ['inRanges'],
      [{ field: 'userIp', operator: 'startsWith', value: '10.1' }],
    ]);
  });

  test('finds callbacks of a kind by their type', () => {
    const asked = toCondition(callbackFields, { kind: { eq: 'PUSH' } });
    const [found] = planList(callbackList, asked, { by: 'RECORDED', descending: true });
    expect(found?.path.index).toBe('callbacks_by_event_type');
    expect(found && isServed(found)).toBe(true);
  });

  test('is never sought by one side of an `or`', () => {
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
