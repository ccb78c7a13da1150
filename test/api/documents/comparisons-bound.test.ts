import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { graphqlTokensMax } from '../../../src/connections/limits.ts';
import { assertComparable, comparisonsMax, selectionsMax } from '../../../src/api/execution/document-bounds.ts';

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
    expect(() => assertComparable(parse(text))).toThrow(
      expect.objectContaining({
        code: 'OPERATION_TOO_COSTLY',
        message: expect.stringContaining(String(comparisonsMax)),
      }),
    );
  });

  test('a large fragment in many places: is refused before', () => {
    const text = `{${times(150, (at) => `a${at}:streamSession(sequence:1){...f}`)}} fragment f on StreamSession{${times(200, (at) => `a${at}:id`)}}`;
    expect(() => assertComparable(parse(text))).toThrow(
      expect.objectContaining({
        code: 'OPERATION_TOO_COSTLY',
        message: expect.stringContaining(String(selectionsMax)),
      }),
    );
  });
});

describe('other documents pass', () => {
  const accepts = (text: string) => assertComparable(parse(text));

  test('those of this product', () => {
    const folder = new URL('../../../schema/operations/', import.meta.url);
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

  test('a fragment that spreads itself is left to validation', () => {
    accepts(`{streamSessions{nodes{...f}}} fragment f on StreamSession{...f ${times(100, (at) => `a${at}:id`)}}`);
  });
});
