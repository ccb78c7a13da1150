import { describe, expect, test } from '@jest/globals';
import { callbackTypeTable, membersRead, readByType } from '../../build/reference/callback-types.ts';
import { callbackTypeOf, interpret } from '../../src/callbacks/callback.ts';
import { readableBodies } from '../corpus/corpus-table.ts';

const rowOfKind = new Map(
  callbackTypeTable()
    .split('\n')
    .map((row) => [/`([A-Z_]+)`/.exec(row)?.[1] ?? '', row] as const),
);

describe('the table of types of callbacks', () => {
  test('names every member that is read of any body of the corpus', () => {
    const missing = readableBodies.flatMap((body) => {
      const type = callbackTypeOf(interpret(body).eventType);
      const read = membersRead(body, (recorded) => [readByType(type, recorded), type.timesOf?.(recorded)]);
      const row = rowOfKind.get(type.kind) ?? '';
      return [...read].filter((name) => name !== 'event_type' && !row.includes(`\`${name}\``));
    });
    expect(readableBodies.length).toBeGreaterThan(100);
    expect(missing.filter((name) => name !== 'event_time')).toEqual([]);
  });
});
