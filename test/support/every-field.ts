import {
  getNamedType,
  isLeafType,
  isObjectType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

/** Nodes of a list inside a node that are asked for. */
const nestedNodes = 10;

/**
 * A selection of every field that a type has, so that none is forgotten when one is added. Nodes inside are selected by
 * their id; of a list inside, the first nodes with their cursors.
 */
export function everyField(schema: GraphQLSchema, typeName: string): string {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`The schema has no type ${typeName}.`);
  return fieldsOf(type);
}

function fieldsOf(type: GraphQLObjectType): string {
  return Object.values(type.getFields())
    .map(({ name, type: given }) => `${name} ${selectionOf(given)}`)
    .join(' ');
}

function selectionOf(given: GraphQLOutputType): string {
  const type = getNamedType(given);
  if (isLeafType(type)) return '';
  if (!isObjectType(type)) throw new Error(`What ${type.name} is can not be asked for.`);
  if (type.name.endsWith('Connection')) {
    return `(first: ${nestedNodes}) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } liveFrom totalCount }`;
  }
  const isNode = type.getInterfaces().some(({ name }) => name === 'Node');
  return isNode ? '{ id }' : `{ ${fieldsOf(type)} }`;
}
