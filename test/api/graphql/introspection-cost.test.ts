import { expect, test } from '@jest/globals';
import {
  getIntrospectionQuery,
  getOperationAST,
  GraphQLError,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
} from 'graphql';
import { assertRunnable, introspectionEntries } from '../../../src/api/cost.ts';
import { ledgerSchema } from '../../../src/api/schema.ts';

const schema = ledgerSchema();

function refusalOf(text: string): unknown {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('There is no operation.');
  try {
    assertRunnable({ schema, document, operation, variables: {} });
    return null;
  } catch (error) {
    return error instanceof GraphQLError ? error.extensions['code'] : error;
  }
}

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

test.each([
  {},
  { inputValueDeprecation: true, oneOf: true, specifiedByUrl: true },
  {
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    experimentalDirectiveDeprecation: true,
    oneOf: true,
  },
])('the introspection query of GraphiQL, codegen and other clients may run: %j', (options) => {
  expect(refusalOf(getIntrospectionQuery(options))).toBeNull();
});

test('so may questions about one type', () => {
  expect(refusalOf('{ __type(name: "StreamSession") { fields { name type { name ofType { name } } } } }')).toBeNull();
  expect(refusalOf('{ __schema { queryType { fields { name description } } } }')).toBeNull();
});

test.each([
  [
    '20 × 400 aliases',
    `{ ${times(20, (a) => `s${a}: __schema { types { ${times(400, (b) => `b${b}: description`)} } }`)} }`,
  ],
  ['400 aliases of each field', `{ __schema { types { fields { ${times(400, (b) => `b${b}: description`)} } } } }`],
  [
    'the whole schema twice',
    getIntrospectionQuery().replace('__schema', 'a: __schema { types { ...FullType } } __schema'),
  ],
  ['200 lists of all types', `{ ${times(200, (a) => `s${a}: __schema { types { name } }`)} }`],
  [
    'the fields of 200 types, each with 100 aliases',
    `{ ${times(200, (a) => `t${a}: __type(name: "Query") { fields { ${times(100, (b) => `b${b}: description`)} } }`)} }`,
  ],
])('%s are refused before they run', (_name, text) => {
  expect(refusalOf(text)).toBe('OPERATION_TOO_COSTLY');
});

test('the lists of introspection are counted with no fewer entries than this schema has', () => {
  const types = Object.values(schema.getTypeMap());
  const withFields = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = withFields.flatMap((type) => Object.values(type.getFields()));
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const perType = (counts: readonly number[]) => sum(counts) / types.length;
  const averages = {
    '__Schema.types': types.length,
    '__Schema.directives': schema.getDirectives().length,
    '__Type.fields': fields.length / types.length,
    '__Type.inputFields': perType(types.filter(isInputObjectType).map((type) => Object.keys(type.getFields()).length)),
    '__Type.enumValues': perType(types.filter(isEnumType).map((type) => type.getValues().length)),
    '__Type.interfaces': perType(withFields.map((type) => type.getInterfaces().length)),
    '__Type.possibleTypes': perType(types.filter(isInterfaceType).map((type) => schema.getPossibleTypes(type).length)),
    '__Field.args': sum(fields.map(({ args }) => args.length)) / fields.length,
    '__Directive.args': sum(schema.getDirectives().map(({ args }) => args.length)) / schema.getDirectives().length,
  };
  expect(Object.keys(averages)).toEqual(Object.keys(introspectionEntries));
  for (const [name, average] of Object.entries(averages)) {
    expect([name, (introspectionEntries[name] ?? 0) >= average]).toEqual([name, true]);
  }
});
