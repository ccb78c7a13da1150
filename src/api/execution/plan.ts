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
export type SelectionPlan = readonly PartPlan[];

/** Consecutive fields of an answer: either one that a resolver makes, or all up to the next such field. */
export interface PartPlan {
  /** Names the text of this part in `KeptTexts`: no two parts have the same. Null if a resolver makes some of it. */
  readonly id: number | null;
  readonly fields: readonly FieldPlan[];
}

/** One field of an answer: everything that does not depend on the object. */
export interface FieldPlan {
  /** Its name in the answer. */
  readonly name: string;
  /** The name as it is written before the value. */
  readonly nameText: string;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  /** The property that it shows; null if `resolve` makes it. */
  readonly property: string | null;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  readonly value: ValuePlan;
}

/** How a value is written. */
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

/** Thrown for an operation that can't be planned: graphql-js executes it. */
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
  const fields = [...selected].map(([name, nodes]): FieldPlan => {
    const [node] = nodes;
    const field = node === undefined ? undefined : fieldOf(planned.schema, parentType, node.name.value);
    if (field?.resolve === undefined) throw new NotPlanned('The field has no resolver.');
    const value = planValue(planned, field.type, nodes);
    const nameText = `${JSON.stringify(name)}:`;
    return { name, nameText, nodes, parentType, field, property: propertyOf(field), resolve: field.resolve, value };
  });
  return partsOf(fields);
}

let partsPlanned = 0;

function partsOf(fields: readonly FieldPlan[]): SelectionPlan {
  const parts: { id: number | null; fields: FieldPlan[] }[] = [];
  for (const field of fields) {
    const last = parts.at(-1);
    if (!isPlain(field)) parts.push({ id: null, fields: [field] });
    else if (typeof last?.id === 'number') last.fields.push(field);
    else parts.push({ id: partsPlanned++, fields: [field] });
  }
  return parts;
}

/** Whether it shows only properties, down to its leaves: then it depends on nothing but the object that has them. */
function isPlain({ property, value }: FieldPlan): boolean {
  return property !== null && isPlainValue(value);
}

function isPlainValue(value: ValuePlan): boolean {
  // A list of objects may be long; it is then written in several slices.
  if (value.kind === 'list') return value.item.kind === 'leaf';
  return value.kind === 'leaf' || (value.kind === 'object' && value.selection.every(({ id }) => id !== null));
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
