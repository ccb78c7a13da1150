import {
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import type { GraphQLResolveInfo } from 'graphql';
import { propertyOf } from './plain-fields.ts';

/** What is selected of an object of one type, in the order of the answer. */
export type SelectionPlan = readonly FieldPlan[];

/** One field of an answer: all that does not depend on the object. */
export interface FieldPlan {
  /** In the answer. */
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  /** The property that it shows; null: `resolve` makes it. */
  readonly property: string | null;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  readonly value: ValuePlan;
}

/** What becomes of a value. */
export type ValuePlan = { readonly nullable: boolean } & (
  | { readonly kind: 'leaf'; readonly type: GraphQLLeafType }
  | { readonly kind: 'list'; readonly item: ValuePlan }
  | { readonly kind: 'object'; readonly selection: SelectionPlan }
  | {
      readonly kind: 'abstract';
      readonly type: GraphQLAbstractType;
      readonly selectionOf: (type: GraphQLObjectType) => SelectionPlan;
    }
);

/** The document that is planned, and the variables that decide what is selected. */
export interface Planned {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: GraphQLResolveInfo['fragments'];
  readonly variableValues: GraphQLResolveInfo['variableValues'];
}

/** What can't be planned: left to graphql-js. */
export class NotPlanned extends Error {}

/** @throws NotPlanned */
export function planOperation(planned: Planned): SelectionPlan {
  const { schema, operation, fragments, variableValues } = planned;
  const type = schema.getRootType(operation.operation);
  if (type == null) throw new NotPlanned('The schema has no such operations.');
  return planSelection(planned, type, collectFields(schema, fragments, variableValues, type, operation.selectionSet));
}

function planSelection(
  planned: Planned,
  parentType: GraphQLObjectType,
  selected: ReadonlyMap<string, readonly FieldNode[]>,
): SelectionPlan {
  return [...selected].map(([name, nodes]) => {
    const [node] = nodes;
    const field = node === undefined ? undefined : fieldOf(planned.schema, parentType, node.name.value);
    if (field?.resolve === undefined) throw new NotPlanned('The field has no resolver.');
    const value = planValue(planned, field.type, nodes);
    return { name, nodes, parentType, field, property: propertyOf(field), resolve: field.resolve, value };
  });
}

function fieldOf(schema: GraphQLSchema, parentType: GraphQLObjectType, name: string) {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (parentType === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return parentType.getFields()[name];
}

function planValue(planned: Planned, type: GraphQLOutputType, nodes: readonly FieldNode[]): ValuePlan {
  if (isNonNullType(type)) return { ...planValue(planned, type.ofType, nodes), nullable: false };
  const nullable = true;
  if (isListType(type)) return { kind: 'list', nullable, item: planValue(planned, type.ofType, nodes) };
  if (isLeafType(type)) return { kind: 'leaf', nullable, type };
  if (isAbstractType(type)) return { kind: 'abstract', nullable, type, selectionOf: planLater(planned, nodes) };
  return { kind: 'object', nullable, selection: planObject(planned, type, nodes) };
}

/** Plans each type of an interface when it first appears. */
function planLater(planned: Planned, nodes: readonly FieldNode[]): (type: GraphQLObjectType) => SelectionPlan {
  const plans = new Map<GraphQLObjectType, SelectionPlan>();
  return (type) => {
    const plan = plans.get(type) ?? planObject(planned, type, nodes);
    plans.set(type, plan);
    return plan;
  };
}

function planObject(planned: Planned, type: GraphQLObjectType, nodes: readonly FieldNode[]): SelectionPlan {
  if (!isObjectType(type) || type.isTypeOf != null) throw new NotPlanned('The type looks at its objects.');
  const { schema, fragments, variableValues } = planned;
  return planSelection(planned, type, collectSubfields(schema, fragments, variableValues, type, nodes));
}
