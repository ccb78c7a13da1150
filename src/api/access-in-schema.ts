import {
  defaultFieldResolver,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { LedgerError } from '../kernel/errors.ts';
import type { HiddenPart } from '../lists/list-fields.ts';
import { allows, type ShownRole } from './access/tokens.ts';
import type { GraphqlContext } from './context.ts';
import { hiddenPartSentences } from './redact.ts';
import { enumType } from './declare-type.ts';
import { outsideOfScopes } from './ports.ts';

export const RoleEnum = enumType<ShownRole>('Role', 'What a client may do.', {
  VIEWER:
    'Reads everything but credentials, addresses, bodies and parameters, of which it reads fingerprints, and changes nothing.',
  ANALYST: 'Reads addresses and bodies as well, without credentials.',
  OPERATOR: 'Also decides on callbacks in quarantine, states facts, and controls forwarding.',
  ADMIN: 'Also reads credentials: everything as it was sent.',
});

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
  const comparing = typesAround(types, comparesAddresses);
  const hiding = typesAround(types, comparesHiddenParts);
  for (const { type, field } of types.flatMap(fieldsOf)) {
    const part = field.extensions['hidden'] as HiddenPart | undefined;
    if (part !== undefined) hide(field, part, `${type.name}.${field.name}`);
    if (field.args.some(({ type }) => comparing.has(getNamedType(type)))) refuseComparisons(field, comparing);
    if (field.args.some(({ type }) => hiding.has(getNamedType(type)))) refuseHiddenParts(field, hiding);
  }
}

type Field = GraphQLField<unknown, GraphqlContext>;

function fieldsOf(type: GraphQLNamedType): { readonly type: GraphQLNamedType; readonly field: Field }[] {
  return isObjectType(type) ? Object.values(type.getFields()).map((field) => ({ type, field })) : [];
}

function hide(field: Field, part: HiddenPart, name: string): void {
  const { resolve = defaultFieldResolver } = field;
  field.description = `${field.description ?? ''} ${hiddenPartSentences[part]}`;
  field.resolve = (root, args, context, info) => {
    const asSent = resolve(root, args, context, info) as string | null | readonly string[];
    const isSecret = part !== 'ADDRESS' && allows(context.role, 'admin');
    if (isSecret) for (const text of [asSent].flat()) if (text !== null) context.noteSecret(name, text, part);
    return asSent instanceof Array ? asSent.map((text) => context.show(text, part)) : context.show(asSent, part);
  };
}

function comparesAddresses(type: GraphQLNamedType): boolean {
  if (type.name === addressFilter) return true;
  return isEnumType(type) && type.getValues().some(({ name }) => addressGroupings.has(name));
}

function comparesHiddenParts(type: GraphQLNamedType): boolean {
  return isInputObjectType(type) && Object.values(type.getFields()).some(isHidden);
}

function isHidden({ extensions }: GraphQLInputField): boolean {
  return extensions['hidden'] !== undefined;
}

/** The types of arguments for which this holds, and those that have one of them inside. */
function typesAround(
  types: readonly GraphQLNamedType[],
  isOne: (type: GraphQLNamedType) => boolean,
): ReadonlySet<GraphQLNamedType> {
  const found = new Set(types.filter(isOne));
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

/** A filter by a text answers whether a row has it: also whether it has the part of it that is hidden. */
function refuseHiddenParts(field: Field, hiding: ReadonlySet<GraphQLNamedType>): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (root, args: Readonly<Record<string, unknown>>, context, info) => {
    const texts = field.args.flatMap(({ name, type }) => hiddenTexts(type, args[name], hiding));
    const refused = texts.find(({ text, part }) => context.show(text, part) !== text);
    if (refused !== undefined) throw refused.part === 'ADDRESS' ? forbidden : forbiddenPart;
    return resolve(root, args, context, info);
  };
}

const forbiddenPart = new LedgerError(
  'FORBIDDEN',
  'Only admins may filter by a text with credentials, such as a URL with a query or a login: others do not read them. Send the token of an admin, or filter by domain, path, streamId or sourceFile.',
);

interface HiddenText {
  readonly text: string;
  readonly part: HiddenPart;
}

/** The texts that an argument compares with fields of which a part is hidden. */
function hiddenTexts(
  inputType: GraphQLInputType,
  value: unknown,
  hiding: ReadonlySet<GraphQLNamedType>,
): readonly HiddenText[] {
  const type = getNamedType(inputType);
  if (value == null || !isInputObjectType(type) || !hiding.has(type)) return [];
  if (Array.isArray(value)) return value.flatMap((one) => hiddenTexts(type, one, hiding));
  const given = value as Readonly<Record<string, unknown>>;
  return Object.values(type.getFields()).flatMap((inner) => {
    const compared = given[inner.name];
    if (!isHidden(inner)) return hiddenTexts(inner.type, compared, hiding);
    const part = inner.extensions['hidden'] as HiddenPart;
    const texts = Object.values(compared ?? {}).flat() as unknown[];
    return texts.flatMap((text) => (typeof text === 'string' ? [{ text, part }] : []));
  });
}

/**
 * Root fields that are answered to identities with a scope. They read rows, which their connection limits; `viewer` and `projections` say nothing of what is
 * recorded, but how up to date it is.
 */
const limitedFields: ReadonlySet<string> = new Set([
  ...['streamSessions', 'streamSession', 'streamSessionStatistics', 'streamSessionChanged', 'streamUptime'],
  ...['relayTasks', 'relayTask', 'relayTaskStatistics', 'relayTaskChanged'],
  ...['callbacks', 'callbackStatistics', 'callbackRecorded', 'missingCallbacks'],
  ...['refusedPushes', 'refusedPushStatistics', 'pushErrors', 'pushErrorStatistics'],
  ...['recordings', 'recordingStatistics', 'recordingEvents', 'recordingEventStatistics'],
  ...['screenshots', 'screenshotStatistics', 'findings', 'findingStatistics'],
  ...['incidents', 'incident', 'incidentChanged'],
  ...['broadcasts', 'concurrency', 'node', 'nodes', 'viewer', 'projections'],
]);

/** Refuses to identities with a scope each root field of the schema that is not listed here: a new one too, until somebody has thought of them. */
export function applyScopes(schema: GraphQLSchema): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const field of roots.flatMap((type) => Object.values(type?.getFields() ?? {}))) {
    if (limitedFields.has(field.name)) continue;
    const { resolve = defaultFieldResolver } = field;
    field.description = `${field.description ?? ''} Refused to identities with a scope.`;
    field.resolve = (root, args, context: GraphqlContext, info) => {
      if (context.scope !== null) throw outsideOfScopes(field.name);
      return resolve(root, args, context, info);
    };
  }
}
