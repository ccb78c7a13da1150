import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { assertComparable, assertTextComparable, comparisonsMax } from '../../src/graphql/comparisons-bound.ts';
import { graphqlTokensMax } from '../../src/connections/limits.ts';

/** Bytes that the slowest documents were looked for in. */
const documentBytes = 8 * 1024;

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

/** Two children each, so that fields of many parents are compared with each other. */
function tree(depth: number): string {
  if (depth === 0) return 'id';
  const child = `${depth % 2 === 0 ? 'relayTasks' : 'streamSessions'}{${tree(depth - 1)}}`;
  return `${child}${child}`;
}

/** What took longest to validate, of some 50 kinds of documents, each as often repeated as bytes and tokens allow. */
const slowest: readonly (readonly [string, string])[] = [
  ['a field that is repeated', `{${times(455, () => 'projections{name}')}}`],
  ['a field with arguments', `{${times(166, () => 'streamSessions(first:1){nodes{id}}')}}`],
  [
    'two fields of one alias',
    `{${times(333, (at) => `x:${at % 2 === 0 ? 'callbacks' : 'streamSessions'}{liveFrom}`)}}`,
  ],
  ['fields in fields', `{streamSessions{nodes{${times(240, () => 'relayTasks{streamSessions{id}}')}}}}`],
  ['a tree of fields', `{relayTasks{nodes{${tree(8)}}}}`],
  ['introspection', `{__schema{types{${times(199, () => 'fields{type{fields{name}}}')}}}}`],
  ['inline fragments', `{streamSessions{nodes{${times(284, () => '...{relayTasks{id}}')}}}}`],
  [
    'fragments',
    `{streamSessions{nodes{${times(152, (at) => `...f${at}`)}}}} ${times(152, (at) => `fragment f${at} on StreamSession{relayTasks{id}}`)}`,
  ],
];

describe('documents of 8 KB that take long to validate', () => {
  test.each(slowest)('%s: is refused before', (_name, text) => {
    expect(text.length).toBeLessThanOrEqual(documentBytes);
    expect(() => parse(text, { maxLexicalTokens: graphqlTokensMax })).not.toThrow();
    for (const check of [() => assertComparable(parse(text)), () => assertTextComparable(text, graphqlTokensMax)]) {
      expect(check).toThrow(
        expect.objectContaining({
          code: 'OPERATION_TOO_COSTLY',
          message: expect.stringContaining(String(comparisonsMax)),
        }),
      );
    }
  });
});

describe('other documents pass', () => {
  const accepts = (text: string) => {
    assertComparable(parse(text));
    assertTextComparable(text, graphqlTokensMax);
  };

  test('those of this product', () => {
    const folder = new URL('../../schema/operations/', import.meta.url);
    const documents = readdirSync(folder).filter((name) => name.endsWith('.graphql'));
    expect(documents.length).toBeGreaterThan(0);
    for (const name of documents) accepts(readFileSync(new URL(name, folder), 'utf8'));
  });

  test('150 sessions, each by its sequence', () => {
    accepts(`{${times(150, (at) => `s${at}:streamSession(sequence:"${at}"){id state startedAt}`)}}`);
  });

  test('a page made of 60 components, each with a fragment that asks for the same few fields', () => {
    accepts(
      `{streamSessions{nodes{${times(60, (at) => `...f${at}`)}}}} ${times(60, (at) => `fragment f${at} on StreamSession{__typename id state}`)}`,
    );
  });

  test('the text is left to the parser where it is not GraphQL, or too long', () => {
    assertTextComparable('{'.repeat(1_000), graphqlTokensMax);
    assertTextComparable(`{${'a '.repeat(graphqlTokensMax)}}`, graphqlTokensMax);
  });

  test('a fragment that spreads itself is left to validation', () => {
    accepts(`{streamSessions{nodes{...f}}} fragment f on StreamSession{...f ${times(100, (at) => `a${at}:id`)}}`);
  });
});

describe('a subscription with a condition on its field, which graphql-js fails to validate', () => {
  test.each([
    'subscription ($a: Boolean!) { callbackRecorded @include(if: $a) { cursor } }',
    'subscription ($a: Boolean!) { ...a @skip(if: $a) } fragment a on Subscription { callbackRecorded { cursor } }',
    'subscription { ...a } fragment a on Subscription { ...a ... @skip(if: true) { callbackRecorded { cursor } } }',
  ])('is refused: %s', (text) => {
    const refused = { code: 'GRAPHQL_VALIDATION_FAILED' };
    expect(() => assertTextComparable(text, graphqlTokensMax)).toThrow(expect.objectContaining(refused));
  });

  test('is none where the condition is inside, or of a query', () => {
    assertTextComparable('subscription ($a: Boolean!) { callbackRecorded { cursor @skip(if: $a) } }', graphqlTokensMax);
    assertTextComparable('query subscription ($a: Boolean!) { projections @skip(if: $a) { name } }', graphqlTokensMax);
  });
});
