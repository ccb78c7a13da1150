import {
  getNullableType,
  isLeafType,
  isObjectType,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { withoutRules } from '../../lists/list-args-type.ts';

type Source = Readonly<Record<string, unknown>>;

/** The extension in which a field names the property of its object that it shows: only fields without a method have it. */
const extension = 'property';

/** The property that a field shows; null if a resolver makes it. */
export function propertyOf({ extensions }: GraphQLField<unknown, unknown>): string | null {
  const name = extensions[extension];
  return typeof name === 'string' ? name : null;
}

/** Makes a field show a property of its object. */
export function showProperty(field: GraphQLField<unknown, unknown>, name: string): void {
  field.resolve = (source) => (source as Source)[name];
  field.extensions = { ...field.extensions, [extension]: name };
}

/**
 * Lets fields that show a property read it directly. type-graphql gives each a resolver that first prepares for
 * middlewares, although there are none; an answer has thousands of such fields.
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
      if (field !== undefined) showProperty(field, name);
    }
  }
}

/** Makes the value that a method gets for one of its parameters. */
type Given = (root: unknown, args: Source, context: object, info: GraphQLResolveInfo) => unknown;

/**
 * Lets fields that have a method call it directly, those of queries included. type-graphql prepares the parameters anew for
 * each object, and makes a promise of an argument: in a page that costs more than most methods. Methods that take objects as
 * arguments stay with type-graphql, which validates them, unless there are no rules.
 */
export function callMethodsDirectly(schema: GraphQLSchema): void {
  const { objectTypes, fieldResolvers, queries, resolverClasses, params } = getMetadataStorage();
  const instances = new Map<unknown, object>();
  const typeOf = (target: unknown) => {
    const shown = resolverClasses.find((one) => one.target === target)?.getObjectType();
    return schema.getType(objectTypes.find((one) => one.target === shown)?.name ?? '');
  };
  const methods = [
    ...queries.map((query) => ({ ...query, type: schema.getQueryType() })),
    ...fieldResolvers
      .filter(({ kind }) => kind !== 'internal')
      .map((resolver) => ({ ...resolver, type: typeOf(resolver.target) })),
  ];
  for (const { type, target, methodName, schemaName } of methods) {
    const field = isObjectType(type) ? type.getFields()[schemaName] : undefined;
    if (field === undefined) continue;
    const hasOnlyLeaves = field.args.every(({ type: one }) => isLeafType(getNullableType(one)));
    const given = params
      .filter((one) => one.target === target && one.methodName === methodName)
      .sort((one, other) => one.index - other.index)
      .map((one): Given | null => {
        if (one.kind === 'root') return (root) => root;
        if (one.kind === 'context') return (_root, _args, context) => context;
        if (one.kind === 'info') return (_root, _args, _context, info) => info;
        if (one.kind === 'arg') return hasOnlyLeaves ? (_root, args) => args[one.name] : null;
        return one.kind === 'args' && one.validateFn === withoutRules.validateFn ? (_root, args) => args : null;
      });
    if (!given.every((one) => one !== null)) continue;
    const instance = instances.get(target) ?? new (target as new () => object)();
    instances.set(target, instance);
    const method = (instance as Record<string, (...values: unknown[]) => unknown>)[methodName];
    field.resolve = (root, args, context: object, info) =>
      method?.apply(
        instance,
        given.map((one) => one(root, args as Source, context, info)),
      );
  }
}
