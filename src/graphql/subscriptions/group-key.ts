import {
  Kind,
  print,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Role } from '../context.ts';

interface Subscribed {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly role: Role;
}

/**
 * Equal for subscriptions that are told the same from the same place on: the same operation, variables and rights. The place
 * itself, `after` of the subscription's field, does not count, nor do variables that are used for nothing else.
 */
export function groupKeyOf({ schema, document, operation, variables, role }: Subscribed): string {
  const alone = separateOperations(document)[operation.name?.value ?? ''] ?? document;
  const types = new TypeInfo(schema);
  const placeless = visit(
    alone,
    visitWithTypeInfo(types, {
      Argument: (node) => (node.name.value === 'after' && isOfSubscription(schema, types) ? null : undefined),
    }),
  );
  const used = new Set<string>();
  visit(placeless, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  const definitions = placeless.definitions.map((definition) =>
    definition.kind !== Kind.OPERATION_DEFINITION
      ? definition
      : {
          ...definition,
          variableDefinitions: (definition.variableDefinitions ?? []).filter(({ variable }) =>
            used.has(variable.name.value),
          ),
        },
  );
  const values = [...used].sort().map((name) => [name, variables[name]]);
  return JSON.stringify([role, print({ ...placeless, definitions }), values]);
}

function isOfSubscription(schema: GraphQLSchema, types: TypeInfo): boolean {
  return Object.values(schema.getSubscriptionType()?.getFields() ?? {}).includes(types.getFieldDef() as never);
}
