import { expect, test } from '@jest/globals';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  NoDeprecatedCustomRule,
  parse,
  validate,
  type GraphQLNamedType,
  type GraphQLType,
} from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The rules of style that the schema keeps; docs/decisions/0063-schema-style.md has the others, and why they are not kept. */

interface Typed {
  readonly type: GraphQLType;
}

interface Member {
  /** Where it is: `Type.field`, `Type.field(argument)`. */
  readonly at: string;
  readonly name: string;
  readonly kind: 'TYPE' | 'FIELD' | 'ARGUMENT' | 'INPUT_FIELD' | 'ENUM_VALUE';
  readonly type?: string;
  readonly description: string | null | undefined;
  readonly deprecationReason?: string | null | undefined;
  readonly defaultValue?: unknown;
}

function membersOf(type: GraphQLNamedType): Member[] {
  const own: Member = { at: type.name, name: type.name, kind: 'TYPE', description: type.description };
  if (isEnumType(type)) {
    return [
      own,
      ...type.getValues().map((one) => ({ ...one, at: `${type.name}.${one.name}`, kind: 'ENUM_VALUE' as const })),
    ];
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    return [
      own,
      ...fields.map((one) => ({
        ...one,
        type: String(one.type),
        at: `${type.name}.${one.name}`,
        kind: 'INPUT_FIELD' as const,
      })),
    ];
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [own];
  return [
    own,
    ...Object.values(type.getFields()).flatMap((field): Member[] => {
      const at = `${type.name}.${field.name}`;
      return [
        { ...field, type: String(field.type), at, kind: 'FIELD' },
        ...field.args.map((arg): Member => {
          return { ...arg, type: String(arg.type), at: `${at}(${arg.name})`, kind: 'ARGUMENT' };
        }),
      ];
    }),
  ];
}

const schemaText = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
const schema = buildSchema(schemaText);
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const own = types.filter(({ name }) => !['String', 'Int', 'Float', 'Boolean', 'ID'].includes(name));
const members = own.flatMap(membersOf);
const where = (isWrong: (member: Member) => boolean) => members.filter(isWrong).map(({ at }) => at);

test('everything is described, by a sentence', () => {
  expect(where(({ description }) => description == null || !/[.]$/.test(description.trim()))).toEqual([]);
});

test('names are in the usual cases', () => {
  const cases = {
    TYPE: /^[A-Z][A-Za-z0-9]*$/,
    FIELD: /^[a-z][A-Za-z0-9]*$/,
    ARGUMENT: /^[a-z][A-Za-z0-9]*$/,
    INPUT_FIELD: /^[a-z][A-Za-z0-9]*$/,
    ENUM_VALUE: /^[A-Z][A-Z0-9_]*$/,
  } as const;
  expect(where(({ kind, name }) => !cases[kind].test(name))).toEqual([]);
});

test('an input is a filter, an order, or one of the choices', () => {
  const choices = ['AsOf', 'ForwardReplayStart', 'StreamSessionChoice', 'StreamSessionKey', 'WeeklySchedule'];
  const inputs = types.filter(isInputObjectType).filter(({ name }) => !/(Filter|Order)$/.test(name));
  expect(inputs.map(({ name }) => name).filter((name) => !choices.includes(name))).toEqual([]);
});

test('ids are IDs, never null, and what ends in Id is an ID or a name that CSS gave', () => {
  expect(
    where(({ kind, name, type }) => kind === 'FIELD' && name === 'id' && !['ID!', 'String!'].includes(type ?? '')),
  ).toEqual([]);
  const ids = /Ids?$/;
  const names = ['streamId', 'channelId', 'idcId'];
  expect(
    where(
      ({ kind, name, type }) =>
        kind === 'FIELD' && ids.test(name) && !names.includes(name) && !/^\[?ID!?\]?!?$/.test(type ?? ''),
    ),
  ).toEqual([]);
});

test('first is nullable, and has a default', () => {
  const isFirst = ({ kind, name }: Member) => kind === 'ARGUMENT' && name === 'first';
  const hasDefault = ({ defaultValue, description }: Member) =>
    defaultValue !== undefined || /Default: \d+/.test(description ?? '');
  expect(members.filter(isFirst).length).toBeGreaterThan(20);
  expect(where((one) => isFirst(one) && (one.type !== 'Int' || !hasDefault(one)))).toEqual([]);
});

test('64-bit numbers are never Int, and counts are', () => {
  expect(where(({ name, type }) => /^position$/i.test(name) && !/BigInt|Filter/.test(type ?? 'BigInt'))).toEqual([]);
  expect(where(({ kind, name, type }) => kind === 'FIELD' && name.endsWith('Count') && type !== 'Int!')).toEqual([]);
});

test('a cursor says of which kind it is', () => {
  const isCursor = ({ type }: Member) => /^Cursor!?$/.test(type ?? '');
  const says =
    /log cursor|cursor of the list|of the same list|of the first node|of the last node|of the same statistics/i;
  expect(where((one) => isCursor(one) && !says.test(one.description ?? ''))).toEqual([]);
});

test('connections are as Relay has them', () => {
  for (const type of types.filter(isObjectType).filter(({ name }) => name.endsWith('Connection'))) {
    const { edges, nodes, pageInfo } = type.getFields();
    expect([type.name, String(edges?.type), String(nodes?.type), String(pageInfo?.type)]).toEqual([
      type.name,
      `[${type.name.replace(/Connection$/, 'Edge')}!]!`,
      expect.stringMatching(/^\[\w+!\]!$/),
      'PageInfo!',
    ]);
  }
});

test('lists have no null entries, except those by id', () => {
  const found = where(({ kind, type }) => kind === 'FIELD' && /\w\]/.test(type ?? ''));
  expect(found).toEqual(['Query.nodes']);
});

test('root fields are nullable, so that one that fails leaves the others', () => {
  const roots = [schema.getQueryType(), schema.getMutationType()];
  const failing = roots.flatMap((type) =>
    Object.values(type?.getFields() ?? {}).filter((field) => isNonNullType(field.type)),
  );
  expect(failing.map(({ name }) => name)).toEqual([]);
});

test('each deprecated name says what to use instead, and which version removes it', () => {
  const deprecated = members.filter(({ deprecationReason }) => deprecationReason != null);
  expect(deprecated.length).toBeGreaterThan(0);
  const says = /`\w+`.*\. Removed in \d+\.\d+\.$|^Select .*\. Removed in \d+\.\d+\.$/;
  expect(deprecated.filter(({ deprecationReason }) => !says.test(deprecationReason ?? '')).map(({ at }) => at)).toEqual(
    [],
  );
});

test('every type belongs to a root', () => {
  const seen = new Set<string>();
  const visit = (type: GraphQLNamedType): void => {
    if (seen.has(type.name)) return;
    seen.add(type.name);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return;
    if (isInterfaceType(type)) for (const one of schema.getPossibleTypes(type)) visit(one);
    const fields: Readonly<Record<string, Typed & { readonly args?: readonly Typed[] }>> = type.getFields();
    for (const field of Object.values(fields)) {
      for (const one of [field, ...(field.args ?? [])]) visit(getNamedType(one.type));
    }
  };
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
    if (root) visit(root);
  expect(own.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
});

test('our own documents use nothing that is deprecated', () => {
  const folders = ['../../schema/operations', '../../console/src'].map(
    (folder) => new URL(folder, import.meta.url).pathname,
  );
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.graphql'))
      .map((file) => path.join(folder, file)),
  );
  const questions = readFileSync(new URL('../../docs/questions.md', import.meta.url), 'utf8');
  const blocks = [...questions.matchAll(/^```graphql\n(.*?)^```/gms)].map(([, block = '']) => block);
  const documents = [...files.map((file) => readFileSync(file, 'utf8')), ...blocks];
  expect(documents.length).toBeGreaterThan(20);
  const messages = documents.flatMap((text) => validate(schema, parse(text), [NoDeprecatedCustomRule]));
  expect(messages.map(({ message }) => message)).toEqual([]);
});
