import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { getIntrospectionQuery, parse } from 'graphql';
import {
  aliasesMax,
  assertBounded,
  assertComparable,
  depthMax,
  directivesMax,
  fragmentsMax,
  operationsMax,
  spreadsMax,
} from '../../../src/api/execution/document-bounds.ts';

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');
/** This many levels of fields. */
const levels = (count: number) => `${'{a'.repeat(count)}${'}'.repeat(count)}`;

/** A document with as many of each as is asked for. */
const bounded: readonly (readonly [string, number, (count: number) => string])[] = [
  ['operations', operationsMax, (count) => times(count, (at) => `query q${at} { a }`)],
  ['fragment definitions', fragmentsMax, (count) => `{ a } ${times(count, (at) => `fragment f${at} on Query { a }`)}`],
  ['fragment spreads', spreadsMax, (count) => `{ ${times(count, (at) => `...f${at}`)} }`],
  ['fragment spreads', spreadsMax, (count) => `{ a { ${'...f '.repeat(count)} } } fragment f on Query { a }`],
  ['aliases', aliasesMax, (count) => `{ ${times(count, (at) => `b${at}: a`)} }`],
  ['aliases', aliasesMax, (count) => `{ ... { a } } fragment f on Query { ${times(count, (at) => `b${at}: a`)} }`],
  ['directives', directivesMax, (count) => `{ a ${'@b '.repeat(count)} }`],
  ['directives', directivesMax, (count) => `query ($a: Int ${'@b '.repeat(count)}) { a }`],
  ['directives', directivesMax, (count) => `query ${'@b '.repeat(count - 1)} { ... @b { a } }`],
  ['directives', directivesMax, (count) => `{ ...f @b } fragment f on Query ${'@b '.repeat(count - 1)} { a }`],
  ['levels of fields in fields', depthMax, levels],
  ['levels of fields in fields', depthMax, (count) => `{ a { ...f } } fragment f on A ${levels(count - 1)}`],
  [
    'levels of fields in fields',
    depthMax,
    (count) =>
      `{ ...f0 } ${times(count - 1, (at) => `fragment f${at} on A { a { ... { ...f${at + 1} } } }`)} fragment f${count - 1} on A { a }`,
  ],
];

test.each(bounded)('a document may have as many %s as the bound, and not one more: %i', (what, max, document) => {
  assertBounded(parse(document(max)));
  expect(() => assertBounded(parse(document(max + 1)))).toThrow(
    expect.objectContaining({
      code: 'OPERATION_TOO_COSTLY',
      message: expect.stringContaining(`has ${max + 1} ${what}; at most ${max}`),
    }),
  );
});

test('a fragment that spreads itself, or none that there is, is left to validation', () => {
  assertBounded(parse('{ ...f } fragment f on A { a { ...g } } fragment g on A { a { ...f ...h } }'));
});

describe('what real clients send passes', () => {
  test.each([
    ['the introspection query', {}],
    [
      'the introspection query of GraphiQL and codegen, with everything',
      {
        descriptions: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      },
    ],
  ])('%s', (_name, options) => {
    const document = parse(getIntrospectionQuery(options));
    assertBounded(document);
    assertComparable(document);
  });

  test('every document of the product and of its console', () => {
    const folders = ['../../../schema/operations/', '../../../console/src/'].map(
      (name) => new URL(name, import.meta.url),
    );
    const texts = folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.graphql'))
        .map((name) => readFileSync(new URL(name, folder), 'utf8')),
    );
    expect(texts.length).toBeGreaterThan(20);
    for (const text of texts) assertBounded(parse(text));
  });
});
