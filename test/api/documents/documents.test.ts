import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { GraphQLObjectType, GraphQLSchema, GraphQLString, type GraphQLFieldConfig } from 'graphql';
import { Documents, documentErrorsMax } from '../../../src/api/execution/documents.ts';

/** A schema that counts how often validation looks at its only field. */
function countedSchema() {
  let looked = 0;
  const field: GraphQLFieldConfig<unknown, unknown> = { type: GraphQLString };
  const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { a: field } }) });
  const query = schema.getQueryType();
  if (query == null) throw new Error('There is no query.');
  const fields = query.getFields.bind(query);
  query.getFields = () => {
    looked += 1;
    return fields();
  };
  return { schema, looked: () => looked };
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

test.each([
  ['a good text', '{ a }', null],
  ['a text with a field that there is not', '{ b }', 'GRAPHQL_VALIDATION_FAILED'],
  ['a text with 990 spreads', `{ ${'...f '.repeat(990)} } fragment f on Query { a }`, 'OPERATION_TOO_COSTLY'],
  ['a text that is not GraphQL', '{', 'GRAPHQL_PARSE_FAILED'],
])('%s is examined once, however often it is sent', (_name, text, code) => {
  const { schema, looked } = countedSchema();
  const documents = new Documents(schema, 2_000);
  const first = documents.read(text);
  const afterFirst = looked();
  const again = documents.read(text);
  expect(first.errors?.[0]?.extensions?.['code'] ?? null).toBe(code);
  expect(looked()).toBe(afterFirst);
  // The same objects: nothing was made anew.
  expect([again.document, again.errors]).toEqual([first.document, first.errors]);
  expect(again.document === first.document && again.errors === first.errors).toBe(true);
  expect(documents.find(text)).toBe(first.document ?? undefined);
  expect(documents.findByDigest(digestOf(text))).toBeDefined();
});

test('what is remembered is bounded: good texts do not push out bad ones, nor bad ones good ones', () => {
  const documents = new Documents(countedSchema().schema, 2_000);
  const [good, bad] = ['{ a }', '{ b }'];
  documents.read(good);
  documents.read(bad);
  for (let index = 0; index < 499; index += 1) documents.read(`{ b${index} }`);
  expect(documents.find(good)).toBeDefined();
  expect(documents.findByDigest(digestOf(bad))).toBeDefined();
  documents.read('{ c }');
  expect(documents.findByDigest(digestOf(bad))).toBeUndefined();
  for (let index = 0; index < 200; index += 1) documents.read(`{ a }${' '.repeat(index + 1)}`);
  expect([documents.find(good), documents.findByDigest(digestOf(good))]).toEqual([undefined, undefined]);
});

test('of long good texts fewer are remembered, the newest at least', () => {
  const documents = new Documents(countedSchema().schema, 2_000);
  const texts = Array.from({ length: 20 }, (_, index) => `{ a }${' '.repeat(120_000 + index)}`);
  for (const text of texts) documents.read(text);
  const kept = texts.filter((text) => documents.find(text) !== undefined);
  expect(kept).toEqual(texts.slice(-8));
});

test('the errors of a bad text are few and short, whatever its names are', () => {
  const documents = new Documents(countedSchema().schema, 2_000);
  const name = 'b'.repeat(10_000);
  const { errors } = documents.read(`{ ${Array.from({ length: 50 }, (_, index) => `${name}${index}`).join(' ')} }`);
  // And one that says that there are more.
  expect(errors).toHaveLength(documentErrorsMax + 1);
  for (const { message } of errors ?? []) expect(message.length).toBeLessThan(400);
});
