import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addPage, mergeChanges, type LiveRows, type RowChange } from '../../clients/core/live-list.ts';

interface Row {
  readonly id: string;
  readonly version: number;
}
const rowsOf = (...rows: Row[]): LiveRows<Row> => new Map(rows.map((row) => [row.id, row]));

describe('changes of a list', () => {
  test('what changed keeps its position, what is new comes last, what left leaves', () => {
    const rows = rowsOf({ id: 'a', version: 1 }, { id: 'b', version: 1 });
    const merged = mergeChanges(rows, [
      { matches: true, row: { id: 'c', version: 1 } },
      { matches: true, row: { id: 'a', version: 2 } },
      { matches: false, row: { id: 'b', version: 2 } },
    ]);
    expect([...merged.values()]).toEqual([
      { id: 'a', version: 2 },
      { id: 'c', version: 1 },
    ]);
  });

  test('a message about a row that the list never had changes nothing: it stays the same map', () => {
    const rows = rowsOf({ id: 'a', version: 1 });
    expect(mergeChanges(rows, [{ matches: false, row: { id: 'b', version: 1 } }])).toBe(rows);
  });

  test('however messages are gathered, the rows are the same', () => {
    const change = fc.record({
      matches: fc.boolean(),
      row: fc.record({ id: fc.constantFrom('a', 'b', 'c'), version: fc.nat(9) }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(change)), (batches: RowChange<Row>[][]) => {
        const inBatches = batches.reduce<LiveRows<Row>>(mergeChanges, new Map());
        expect([...inBatches]).toEqual([...mergeChanges(new Map(), batches.flat())]);
      }),
    );
  });
});

test('a later page does not bring back what changed or left while it was read', () => {
  const rows = rowsOf({ id: 'a', version: 2 });
  const page = [
    { id: 'a', version: 1 },
    { id: 'b', version: 1 },
    { id: 'c', version: 1 },
  ];
  expect([...addPage(rows, page, new Set(['b'])).values()]).toEqual([
    { id: 'a', version: 2 },
    { id: 'c', version: 1 },
  ]);
});
