import {
  defaultFieldResolver,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { LedgerError } from '../kernel/errors.ts';
import type { HiddenPart } from '../lists/list-fields.ts';
import { allows } from './access/tokens.ts';
import type { GraphqlContext } from './context.ts';
import { hiddenPartSentences } from './redact.ts';

/** The input that compares addresses, wherever one can be filtered by. */
const addressFilter = 'AddressFilter';

/** By which addresses sums are grouped: pages of them would show one to whoever knows where it begins. */
const addressGroupings: ReadonlySet<unknown> = new Set(['ACCESS_POINT', 'NODE', 'USER_IP']);

/**
 * Shows each caller what its role may read, and refuses conditions on the rest, for every field of the schema: what is hidden is declared with
 * the field, and what compares it is known by its type.
 */
export function applyRoles(schema: GraphQLSchema): void {
  const types = Object.values(schema.getTypeMap());
  const comparing = comparingTypes(types);
  for (const field of types.flatMap((type) => (isObjectType(type) ? Object.values(type.getFields()) : []))) {
    const part = field.extensions['hidden'] as HiddenPart | undefined;
    if (part !== undefined) hide(field, part);
    if (field.args.some(({ type }) => comparing.has(getNamedType(type)))) refuseComparisons(field, comparing);
  }
}

type Field = GraphQLField<unknown, GraphqlContext>;

function hide(field: Field, part: HiddenPart): void {
  const { resolve = defaultFieldResolver } = field;
  field.description = `${field.description ?? ''} ${hiddenPartSentences[part]}`;
  field.resolve = (root, args, context, info) => {
    const asSent = resolve(root, args, context, info) as string | null | readonly string[];
    return asSent instanceof Array ? asSent.map((text) => context.show(text, part)) : context.show(asSent, part);
  };
}

/** The types of arguments with which addresses can be compared, alone or within others. */
function comparingTypes(types: readonly GraphQLNamedType[]): ReadonlySet<GraphQLNamedType> {
  const found = new Set<GraphQLNamedType>(
    types.filter(
      (type) =>
        type.name === addressFilter ||
        (isEnumType(type) && type.getValues().some(({ name }) => addressGroupings.has(name))),
    ),
  );
  // Filters are inside filters: until no other one is found.
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const type of types) {
      const inner = isInputObjectType(type) ? Object.values(type.getFields()) : [];
      if (inner.some((field) => found.has(getNamedType(field.type)))) found.add(type);
    }
  }
  return found;
}

function refuseComparisons(field: Field, comparing: ReadonlySet<GraphQLNamedType>): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (root, args: Readonly<Record<string, unknown>>, context, info) => {
    const mayCompare = allows(context.role, 'analyst');
    if (!mayCompare && field.args.some(({ name, type }) => comparesAddress(type, args[name], comparing)))
      throw forbidden;
    return resolve(root, args, context, info);
  };
}

const forbidden = new LedgerError(
  'FORBIDDEN',
  'Only analysts may filter or group by addresses: viewers read their fingerprints. Send the token of an analyst.',
);

/** Whether a value of an argument names an address. */
function comparesAddress(
  inputType: GraphQLInputType,
  value: unknown,
  comparing: ReadonlySet<GraphQLNamedType>,
): boolean {
  const type = getNamedType(inputType);
  if (value == null || !comparing.has(type)) return false;
  if (Array.isArray(value)) return value.some((one) => comparesAddress(type, one, comparing));
  if (!isInputObjectType(type)) return addressGroupings.has(value);
  if (type.name === addressFilter) return true;
  const given = value as Readonly<Record<string, unknown>>;
  return Object.values(type.getFields()).some((inner) => comparesAddress(inner.type, given[inner.name], comparing));
}
