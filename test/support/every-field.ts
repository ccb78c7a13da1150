import {
  getNamedType,
  isLeafType,
  isObjectType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

/** Nodes to ask for of a list inside a node. */
const nestedNodes = 10;

/**
 * Selects every field of a type, so that a new one is not forgotten. Inner nodes are selected by id; inner lists by their first nodes with
 * cursors. Fields to leave out are named like `RelayRun.explanation`.
 */
export function everyField(schema: GraphQLSchema, typeName: string, leftOut: readonly string[] = []): string {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`The schema has no type ${typeName}.`);
  return fieldsOf(type, leftOut);
}

function fieldsOf(type: GraphQLObjectType, leftOut: readonly string[]): string {
  return Object.values(type.getFields())
    .filter(({ name }) => !leftOut.includes(`${type.name}.${name}`))
    .map(({ name, type: given }) => `${name} ${selectionOf(given, leftOut)}`)
    .join(' ');
}

function selectionOf(given: GraphQLOutputType, leftOut: readonly string[]): string {
  const type = getNamedType(given);
  if (isLeafType(type)) return '';
  if (!isObjectType(type)) throw new Error(`What ${type.name} is can not be asked for.`);
  if (type.name.endsWith('Connection')) {
    return `(first: ${nestedNodes}) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } liveFrom totalCount }`;
  }
  const isNode = type.getInterfaces().some(({ name }) => name === 'Node');
  return isNode ? '{ id }' : `{ ${fieldsOf(type, leftOut)} }`;
}
