import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FieldCondition } from '../../../src/lists/listing.ts';
import type { StreamSessionField } from '../../../src/sessions/stream-session-fields.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { pageOf } from '../../support/list-requests.ts';
import type { TestReadModel } from '../../support/read-model.ts';

/** Names of streams, some difficult for prefixes, patterns and alphabets; null where a callback has none. */
const names = [
  'a',
  'A',
  'ab',
  'a%',
  'a_',
  'a%b',
  'a\\',
  "a'b",
  'a"b',
  '\u00e4',
  'a\u0308',
  '방송',
  '방',
  '😀',
  '😀😀',
  '😁',
  'a\uffff',
  'a\uffffb',
  'z',
  '0',
  '00',
  null,
];

const startsAt = 1_600_000_000;

/** A session for each name, every third one ended, each beginning a second after the one before. */
const arrivals = names.map((name, index) => {
  const facts = { sequence: index + 1, stream_id: name, event_time: startsAt + index };
  return { body: index % 3 === 0 ? interruptionBody(facts) : pushBody(facts), receivedAtMs: 1_000 };
});

const values = names.map((name, index) => ({
  sequence: String(index + 1),
  streamId: name,
  startedAt: (startsAt + index) * 1_000 - (index % 3 === 0 ? 30_000 : 0),
  endCode: index % 3 === 0 ? 1 : null,
}));
type Value = (typeof values)[number];

describe('the conditions of a list', () => {
  let ledger: Ledger;
  let readModel: TestReadModel;
  beforeAll(async () => {
    ledger = openLedger();
    await ledger.append(arrivals);
    readModel = await ledger.projected();
  });
  afterAll(() => ledger.close());

  function matching(...conditions: FieldCondition<StreamSessionField>[]): string[] {
    const { rows } = readModel.read((reader) =>
      reader.streamSessions(pageOf('STARTED_AT', { condition: { and: conditions } })),
    );
    return rows.map(({ row }) => row.session.sequence).sort(bySequence);
  }

  function expected(meets: (value: Value) => boolean): string[] {
    return values.filter(meets).map(({ sequence }) => sequence);
  }

  const anyName = fc.constantFrom(...names.filter((name) => name !== null));

  test.each(names.filter((name) => name !== null))('eq and startsWith compare %p character by character', (name) => {
    expect(matching({ field: 'streamId', operator: 'eq', value: name })).toEqual(
      expected(({ streamId }) => streamId === name),
    );
    expect(matching({ field: 'streamId', operator: 'startsWith', value: name })).toEqual(
      expected(({ streamId }) => streamId?.startsWith(name) === true),
    );
  });

  test('startsWith nothing is every name, but not where there is none', () => {
    expect(matching({ field: 'streamId', operator: 'startsWith', value: '' })).toEqual(
      expected(({ streamId }) => streamId !== null),
    );
  });

  test('an empty in matches nothing, an in with values what equals one of them', () => {
    expect(matching({ field: 'streamId', operator: 'in', values: [] })).toEqual([]);
    expect(matching({ field: 'endCode', operator: 'in', values: [] })).toEqual([]);
    fc.assert(
      fc.property(fc.array(anyName), (list) => {
        expect(matching({ field: 'streamId', operator: 'in', values: list })).toEqual(
          expected(({ streamId }) => streamId !== null && list.includes(streamId)),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('a field without a value matches isNull, and no comparison', () => {
    expect(matching({ field: 'endCode', operator: 'isNull', isNull: true })).toEqual(
      expected(({ endCode }) => endCode === null),
    );
    expect(matching({ field: 'endCode', operator: 'isNull', isNull: false })).toEqual(
      expected(({ endCode }) => endCode !== null),
    );
    const comparisons: FieldCondition<StreamSessionField>[] = [
      { field: 'endCode', operator: 'eq', value: 0 },
      { field: 'endCode', operator: 'ne', value: 1 },
      { field: 'endCode', operator: 'notIn', values: [1] },
      { field: 'endCode', operator: 'lt', value: 1 },
    ];
    expect(comparisons.map((condition) => matching(condition))).toEqual([[], [], [], []]);
  });

  test('a range of times is a range of numbers', () => {
    const moment = fc.integer({ min: -1, max: names.length + 1 }).map((second) => (startsAt + second) * 1_000);
    fc.assert(
      fc.property(moment, moment, fc.boolean(), (from, until, inclusive) => {
        const conditions: FieldCondition<StreamSessionField>[] = [
          { field: 'startedAt', operator: inclusive ? 'gte' : 'gt', value: from },
          { field: 'startedAt', operator: inclusive ? 'lte' : 'lt', value: until },
        ];
        expect(matching(...conditions)).toEqual(
          expected(({ startedAt }) =>
            inclusive ? startedAt >= from && startedAt <= until : startedAt > from && startedAt < until,
          ),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('all of several conditions must be met', () => {
    const conditions: FieldCondition<StreamSessionField>[] = [
      { field: 'streamId', operator: 'startsWith', value: 'a' },
      { field: 'state', operator: 'eq', value: 'ENDED' },
      { field: 'endCode', operator: 'eq', value: 1 },
    ];
    expect(matching(...conditions)).toEqual(
      expected(({ streamId, endCode }) => streamId?.startsWith('a') === true && endCode === 1),
    );
  });

  test('a value is compared, never read as SQL', () => {
    for (const value of ["' OR 1=1 --", '"; DROP TABLE stream_sessions; --', '?', '@name']) {
      expect(matching({ field: 'streamId', operator: 'eq', value })).toEqual([]);
      expect(matching({ field: 'streamId', operator: 'in', values: [value] })).toEqual([]);
      expect(matching({ field: 'streamId', operator: 'startsWith', value })).toEqual([]);
    }
    expect(matching()).toHaveLength(names.length);
  });
});

function bySequence(one: string, other: string): number {
  return Number(one) - Number(other);
}
