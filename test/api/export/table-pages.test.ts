import { expect, test } from '@jest/globals';
import { ledgerSchema } from '../../../src/api/schema.ts';
import { readTable, readTableRequest, tablePageSizes } from '../../../src/api/export/table-request.ts';
import { tablesOf } from '../../../src/api/export/tables.ts';

/** Reads a table of so many rows; a page of more than fit fails at this path. */
async function rowsOf(count: number, fitting: number, path: (string | number)[] | undefined): Promise<unknown[]> {
  const table = tablesOf(ledgerSchema()).get('broadcasts');
  if (table === undefined) throw new TypeError('There is no such table.');
  const request = readTableRequest(table, { fields: 'sessions.sequence' });
  const rows = [];
  for await (const page of readTable(request, (_query, { first, after }) => {
    const from = Number(after ?? 0);
    const until = Math.min(from + Number(first), count);
    if (until - from > fitting) {
      const error = { message: 'Too much.', extensions: { code: 'OPERATION_TOO_COSTLY' } };
      return Promise.resolve({ data: null, errors: [path === undefined ? error : { ...error, path }] });
    }
    const nodes = Array.from({ length: until - from }, (_, index) => from + index);
    return Promise.resolve({
      data: { table: { nodes, pageInfo: { hasNextPage: until < count, endCursor: String(until) } } },
    });
  })) {
    rows.push(...page);
  }
  return rows;
}

test.each([
  ['all of it', undefined],
  ['the bodies of its rows', ['table', 'nodes', 3, 'body']],
  ['a list in one of its rows', ['table', 'nodes', 3, 'sessions']],
])('a page that costs too much, because of %s, is read as smaller ones', async (_what, path) => {
  expect(await rowsOf(500, 30, path)).toEqual(Array.from({ length: 500 }, (_, index) => index));
});

test.each([
  ['a list that can not be read at all', ['table'], 0],
  ['a row that costs too much alone', ['table', 'nodes', 0, 'sessions'], tablePageSizes.least - 1],
])('%s fails the table', async (_what, path, fitting) => {
  await expect(rowsOf(500, fitting, path)).rejects.toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
});

test('statistics are read in pages of 2,000 rows', async () => {
  const table = tablesOf(ledgerSchema()).get('callbackStatistics');
  if (table === undefined) throw new TypeError('There is no such table.');
  const request = readTableRequest(table, {
    from: '2026-01-01T00:00:00Z',
    to: '2026-02-01T00:00:00Z',
    fields: 'domain',
  });
  const asked: unknown[] = [];
  const rows = [];
  for await (const page of readTable(request, (_query, { first, after }) => {
    asked.push([first, after]);
    const from = Number(after ?? 0);
    const until = Math.min(from + Number(first), 4_100);
    const found = Array.from({ length: until - from }, (_, index) => from + index);
    const pageInfo = { hasNextPage: until < 4_100, endCursor: String(until) };
    return Promise.resolve({ data: { table: { rows: found, pageInfo } } });
  })) {
    rows.push(...page);
  }
  expect(rows).toEqual(Array.from({ length: 4_100 }, (_, index) => index));
  expect(asked).toEqual([
    [2_000, null],
    [2_000, '2000'],
    [2_000, '4000'],
  ]);
});
