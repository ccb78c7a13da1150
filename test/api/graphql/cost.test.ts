import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { getOperationAST, GraphQLError, parse, type DocumentNode } from 'graphql';
import { assertRunnable } from '../../../src/api/cost.ts';
import { ledgerSchema } from '../../../src/api/schema.ts';

/** What was accepted of a document is remembered: nothing may be accepted, or refused, because of what came before. */

const schema = ledgerSchema();
const text = `query ($sessions: Int, $callbacks: Int = 100, $with: Boolean = true, $sequence: ID) {
  streamSessions(first: $sessions, filter: { sequence: { eq: $sequence } }) {
    nodes { callbacks(first: $callbacks) @include(if: $with) { nodes { position } } }
  }
}`;

/** The code of the refusal; null if the operation may run. */
function refusalOf(document: DocumentNode, variables: Record<string, unknown>, name?: string): unknown {
  return failureOf(document, variables, name)?.extensions['code'] ?? null;
}

function failureOf(document: DocumentNode, variables: Record<string, unknown>, name?: string): GraphQLError | null {
  const operation = getOperationAST(document, name);
  if (operation == null) throw new Error('The document has no such operation.');
  try {
    assertRunnable({ schema, document, operation, variables });
    return null;
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** Fragments, each of which spreads the next one twice. */
const multiplied = Array.from(
  { length: 16 },
  (_none, index) => `fragment f${index} on StreamSessionConnection { ...f${index + 1} ...f${index + 1} }`,
)
  .join(' ')
  .concat(' fragment f16 on StreamSessionConnection { liveFrom } { streamSessions { ...f0 } }');

describe('the cost of an operation', () => {
  const size = fc.constantFrom(undefined, null, 1, 50, 100, 500, '500', 1.5);
  const condition = fc.constantFrom(undefined, null, true, false, 'true');
  const variables = fc
    .record({
      sessions: size,
      callbacks: size,
      with: condition,
      sequence: fc.constantFrom('1', null, 7),
      other: fc.constant(1),
    })
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

  test('is what it is without anything remembered, whatever was asked before', () => {
    fc.assert(
      fc.property(fc.array(variables, { maxLength: 40 }), (asked) => {
        const kept = parse(text);
        for (const one of asked) expect([one, refusalOf(kept, one)]).toEqual([one, refusalOf(parse(text), one)]);
      }),
      { numRuns: 30 },
    );
  });

  test('is too much with some variables, and little with others', () => {
    const document = parse(text);
    expect(refusalOf(document, { sessions: 10 })).toBeNull();
    expect(refusalOf(document, { sessions: 500 })).toBe('OPERATION_TOO_COSTLY');
    expect(refusalOf(document, { sessions: 500, callbacks: 1 })).toBeNull();
    expect(refusalOf(document, { sessions: 500, callbacks: null })).toBe('OPERATION_TOO_COSTLY');
    expect(refusalOf(document, { sessions: 500, with: false })).toBeNull();
    expect(refusalOf(document, { sessions: 10 })).toBeNull();
  });

  test.each([
    [
      'a moment of the past',
      `query ($asOf: AsOf) { ${often((alias) => `${alias}: streamSession(sequence: "1", asOf: $asOf) { state }`)} }`,
      { asOf: null },
      { asOf: { recordedAt: '2026-11-21T12:00:00Z' } },
    ],
    [
      'the length of a list',
      `mutation ($ids: [ID!]!) { ${often((alias) => `${alias}: discardFromQuarantine(ids: $ids) { outcome }`)} }`,
      { ids: ['1'] },
      { ids: Array.from({ length: 500 }, () => '1') },
    ],
  ])('is too much with %s, though it was little before', (_of, text, little, much) => {
    const document = parse(text);
    expect([refusalOf(document, little), refusalOf(document, much)]).toEqual([null, 'OPERATION_TOO_COSTLY']);
  });

  test.each([
    ['{ streamSessions(first: 9999) { nodes { sequence } } }', null],
    ['{ streamSessions(first: 10000) { nodes { sequence } } }', '10001'],
    ['{ streamSessions(last: 2000) { totalCount } }', '10001'],
    ['{ streamSessions(first: 20) { nodes { timeline(first: 10) { entries { at callback { summary } } } } } }', null],
    ['{ streamSessions(first: 25) { nodes { timeline(first: 10) { isComplete } } } }', '10301'],
    ['{ streamSessions(first: 500) { nodes { operatorFacts { at } } } }', '11001'],
    ['{ streamSessions { nodes { callbacks(first: 500) { nodes { position } } } } }', '25101'],
    [multiplied, 'too many'],
  ])('is refused beyond 10,000 nodes: %s', (query, nodes) => {
    const failure = failureOf(parse(query), {});
    if (nodes === null) expect(failure).toBeNull();
    else expect(failure?.message).toContain(`may touch ${nodes} nodes`);
    expect(failure?.extensions ?? null).toEqual(
      nodes === null ? null : { code: 'OPERATION_TOO_COSTLY', http: { status: 400 } },
    );
  });

  test('is that of the operation which is chosen', () => {
    const document = parse(
      'query A { streamSessions { liveFrom } } query B { streamSessions(first: 10000) { nodes { sequence } } }',
    );
    expect([refusalOf(document, {}, 'A'), refusalOf(document, {}, 'B')]).toEqual([null, 'OPERATION_TOO_COSTLY']);
  });

  test('is looked at anew for each size of a page that must be given', () => {
    const document = parse('query ($size: Int!) { streamSessions(first: $size) { nodes { sequence } } }');
    expect([1, 10_000, 1].map((size) => refusalOf(document, { size }))).toEqual([null, 'OPERATION_TOO_COSTLY', null]);
  });

  test('is not asked where variables do not fit: execution says what is wrong, and nothing is remembered', () => {
    const document = parse(text);
    expect(refusalOf(document, { sessions: 500, sequence: {} })).toBeNull();
    expect(refusalOf(document, { sessions: 500, sequence: '1' })).toBe('OPERATION_TOO_COSTLY');
  });
});

test('variables nest 32 levels deep at most', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { and: [nested(levels - 1)] });
  expect(refusalOf(parse(text), { sequence: '1', other: nested(16) })).toBeNull();
  expect(refusalOf(parse(text), { sequence: '1', other: [nested(16)] })).toBe('BAD_USER_INPUT');
});

function often(field: (alias: string) => string): string {
  return Array.from({ length: 30 }, (_, number) => field(`a${number}`)).join(' ');
}
