import { expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { prepareListedCallbacks, prepareListedInsert, tablesOf } from '../../../src/callbacks/types/listed-table.ts';
import type { CallbackType, ListedType } from '../../../src/callbacks/types/declaration.ts';
import { readOther } from '../../../src/callbacks/types/other.ts';

const listed: ListedType = {
  name: 'testReports',
  typeName: 'TestReport',
  description: 'A report.',
  version: 3,
  fields: {
    region: { as: 'NAME', from: ['region', 'area'], shown: 'The region.' },
    reportedAtMs: { as: 'MILLISECONDS', from: ['data_time'], shown: 'When.' },
    details: { as: 'JSON', from: ['details'], shown: 'More.' },
  },
};
const type: CallbackType = { eventTypes: [999], kind: 'TEST', meaning: 'a report.', listed };
const any = { eventType: 999, callbackEvent: null, appId: '1', occurredAtMs: null };

test('a type that declares a list has a table, a row for each callback, and the rows of a session, newest first', () => {
  const db = new Database(':memory:');
  const { version, tablesSql, readerIndexesSql } = tablesOf(listed);
  expect(version).toBe(3);
  for (const sql of [tablesSql, ...readerIndexesSql]) db.exec(sql);
  const insert = prepareListedInsert(db);
  const record = (position: bigint, body: Record<string, unknown>) => {
    const callback = readOther(body, any, type);
    if (callback.listed !== null) insert(position, callback, callback.listed);
  };
  record(2n ** 53n + 1n, { sequence: '7', area: 'r://x?SECRET', data_time: '1700000000000', details: '[{"a":1}]' });
  record(2n ** 53n + 3n, { sequence: 7, region: 'south', details: 'x'.repeat(9) });
  record(2n ** 53n + 5n, { sequence: '8' });
  const read = prepareListedCallbacks(db);
  const session = { appId: '1', sequence: '7' };
  const newest = {
    position: 2n ** 53n + 3n,
    values: { region: 'south', reportedAtMs: null, details: null },
  };
  expect(read(listed, session, { until: 2n ** 60n, rowsMax: 10 })).toEqual([
    newest,
    {
      position: 2n ** 53n + 1n,
      values: { region: 'r://x', reportedAtMs: 1_700_000_000_000, details: '[{"a":1}]' },
    },
  ]);
  expect(read(listed, session, { until: 2n ** 60n, rowsMax: 1 })).toEqual([newest]);
  expect(read(listed, session, { until: 2n ** 53n + 2n, rowsMax: 10 })).toHaveLength(1);
  expect(read(listed, { appId: '2', sequence: '7' }, { until: 2n ** 60n, rowsMax: 10 })).toEqual([]);
  db.close();
});

test('a type that declares none is in no list', () => {
  expect(
    readOther({ sequence: '7' }, any, { eventTypes: [999], kind: 'TEST', meaning: 'a report.' }).listed,
  ).toBeNull();
});
