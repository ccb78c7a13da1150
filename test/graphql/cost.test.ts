import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { getOperationAST, parse, type DocumentNode } from 'graphql';
import { assertRunnable } from '../../src/graphql/cost.ts';
import { ledgerSchema } from '../../src/graphql/schema.ts';

/** What was accepted of a document is remembered: nothing may be accepted, or refused, because of what came before. */

const schema = ledgerSchema();
const text = `query ($sessions: Int, $callbacks: Int = 100, $with: Boolean = true, $sequence: ID) {
  streamSessions(first: $sessions, filter: { sequence: { eq: $sequence } }) {
    nodes { callbacks(first: $callbacks) @include(if: $with) { nodes { position } } }
  }
}`;

/** The code of the refusal; null if the operation may run. */
function refusalOf(document: DocumentNode, variables: Record<string, unknown>): unknown {
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('The document has no operation.');
  try {
    assertRunnable({ schema, document, operation, variables });
    return null;
  } catch (error) {
    return (error as { extensions?: { code?: unknown } }).extensions?.code;
  }
}

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
});

function often(field: (alias: string) => string): string {
  return Array.from({ length: 30 }, (_, number) => field(`a${number}`)).join(' ');
}
