import { expect, test } from '@jest/globals';
import { partsOf } from '../../console/src/api/answer-in-parts.ts';

const late = (...path: string[]) => ({ message: 'Too late.', path, extensions: { code: 'OPERATION_TIMEOUT' } });

test('a field that failed leaves the others, with its error', () => {
  const { data, failed } = partsOf({ data: { chart: null, rows: [1] }, errors: [late('chart', 'points')] });
  expect([data, failed.get('chart')?.code, failed.has('rows')]).toEqual([
    { chart: null, rows: [1] },
    'OPERATION_TIMEOUT',
    false,
  ]);
});

test('what has no error has not failed, null or not', () => {
  expect(partsOf({ data: { session: null } })).toEqual({ data: { session: null }, failed: new Map() });
});

test.each([
  ['every field failed', { data: { one: null, other: null }, errors: [late('one'), late('other')] }],
  ['a part of a field failed', { data: { one: { rows: null }, other: 1 }, errors: [late('one', 'rows')] }],
  ['the operation was refused', { errors: [late()] }],
] as const)('all of it fails if %s', (_name, answer) => {
  expect(() => partsOf<object>(answer)).toThrow('Too late.');
});
