import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import { everyField } from './every-field.ts';

type Field = GraphQLField<unknown, unknown>;

/** Fields of lists that cost too much inside of many nodes, or are not selected without arguments. */
const leftOut = ['StreamSession.node', 'RefusedPush.node', 'RelayRun.explanation', 'RelayFile.explanation'];

/** A question about a root field, and how to find its rows. */
export interface Question {
  readonly name: string;
  /** A part of an operation, with the alias `answer`. */
  readonly text: string;
}

export function rootFields(schema: GraphQLSchema, root: 'Query' | 'Mutation' | 'Subscription'): Field[] {
  const type = schema.getType(root);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
}

/** The type of a list's nodes; null if the field is no list of nodes. */
export function nodeTypeOf(field: Field): string | null {
  const connection = getNamedType(field.type);
  const nodes = isObjectType(connection) ? connection.getFields()['nodes'] : undefined;
  return nodes === undefined ? null : getNamedType(nodes.type).name;
}

/** The names of the values of an argument's enum: of one inside of its input, or of a list of them. */
export function valuesOf(field: Field, argument: string, inner?: string): string[] {
  const given = field.args.find(({ name }) => name === argument)?.type;
  const type = given === undefined ? null : getNamedType(given);
  const named = inner !== undefined && isInputObjectType(type) ? getNamedType(type.getFields()[inner]?.type) : type;
  return isEnumType(named) ? named.getValues().map(({ name }) => name) : [];
}

/** Days before and after now between which statistics are asked for: within the most minutes that there may be, and longer than a test's ledger. */
const days = { before: 2, after: 1 };

/** The arguments that a field cannot do without. */
export function neededArguments(field: Field): string {
  const names = field.args.map(({ name }) => name);
  const at = (ms: number) => JSON.stringify(new Date(Date.now() + ms * 86_400_000).toISOString());
  const times = [`from: ${at(-days.before)}`, `to: ${at(days.after)}`];
  return [
    ...(names.includes('from') && names.includes('to') ? times : []),
    ...(names.includes('stepSeconds') ? ['stepSeconds: 3600'] : []),
  ].join(', ');
}

export const withArguments = (...parts: readonly string[]) => {
  const given = parts.filter((part) => part !== '').join(', ');
  return given === '' ? '' : `(${given})`;
};

/** Every field of everything that a root field answers. */
export function wholeAnswer(schema: GraphQLSchema, field: Field): string {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return '';
  return `{ ${everyField(schema, type.name, leftOut)} }`;
}

/** Questions to a root field of statistics: by each grouping, and in each order. */
export function statisticsQuestions(schema: GraphQLSchema, field: Field): Question[] {
  const needed = neededArguments(field);
  const ask = (...more: string[]): Question => ({
    name: `${field.name} ${more.join(', ')}`,
    text: `answer: ${field.name}${withArguments(needed, ...more)} ${wholeAnswer(schema, field)}`,
  });
  const groupings = valuesOf(field, 'groupBy').map((grouping) => `groupBy: [${grouping}]`);
  const orders = valuesOf(field, 'orderBy', 'field').map((by) => `orderBy: { field: ${by}, direction: DESC }`);
  return [ask(), ...groupings.map((one) => ask(one)), ...orders.map((one) => ask(groupings[0] ?? '', one))];
}

/** Filters of a list's fields that are texts or ids, with the name of the property of a node that each compares. */
export function textFilters(field: Field): string[] {
  const filter = getNamedType(field.args.find(({ name }) => name === 'filter')?.type);
  if (!isInputObjectType(filter)) return [];
  return Object.values(filter.getFields())
    .filter(({ type, deprecationReason }) => {
      const comparison = getNamedType(type);
      const compared = isInputObjectType(comparison) ? comparison.getFields()['eq'] : undefined;
      const isText = compared !== undefined && ['String', 'ID'].includes(getNamedType(compared.type).name);
      return isText && deprecationReason == null && !isListType(getNullableType(type));
    })
    .map(({ name }) => name);
}
