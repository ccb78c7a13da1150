import { isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
import { getMetadataStorage } from 'type-graphql';

type Source = Readonly<Record<string, unknown>>;

/** Where a field says which property of its object it shows: only fields without a method of their own. */
const extension = 'property';

/** The property that a field shows; null if a resolver makes it. */
export function propertyOf({ extensions }: GraphQLField<unknown, unknown>): string | null {
  const name = extensions[extension];
  return typeof name === 'string' ? name : null;
}

/**
 * Lets the fields of types that show a property read it. type-graphql gives each a resolver that first prepares for
 * middlewares, of which there are none; an answer has thousands of such fields.
 */
export function readPropertiesDirectly(schema: GraphQLSchema): void {
  const { fields, objectTypes, fieldResolvers, resolverClasses } = getMetadataStorage();
  const hasMethod = (type: unknown, name: string) =>
    fieldResolvers.some(({ target, methodName }) => {
      if (methodName !== name) return false;
      return target === type || resolverClasses.find((one) => one.target === target)?.getObjectType() === type;
    });
  for (const { target, name: typeName } of objectTypes) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) continue;
    const shown = type.getFields();
    for (const { name, schemaName } of fields.filter((one) => one.target === target && !hasMethod(target, one.name))) {
      const field = shown[schemaName];
      if (field === undefined) continue;
      field.resolve = (source: Source) => source[name];
      field.extensions = { ...field.extensions, [extension]: name };
    }
  }
}
