import { isEnumType, isObjectType, type GraphQLSchema } from 'graphql';
import { table } from './table.ts';

/** The values of an enum. */
export function enumTable(schema: GraphQLSchema, name: string): string {
  const type = schema.getType(name);
  if (!isEnumType(type)) throw new Error(`${name} is not an enum of the schema.`);
  return table(
    [`\`${name}\``, 'meaning'],
    type.getValues().map((value) => [`\`${value.name}\``, value.description ?? '']),
  );
}

/** The fields of an object type. */
export function fieldTable(schema: GraphQLSchema, name: string): string {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is not an object type of the schema.`);
  return table(
    [`field of \`${name}\``, 'meaning'],
    Object.values(type.getFields()).map((field) => [`\`${field.name}\``, field.description ?? '']),
  );
}
