import 'reflect-metadata';
import {
  defaultFieldResolver,
  getNullableType,
  GraphQLID,
  isInputObjectType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { applyAudit } from './audit-in-schema.ts';
import { AuditResolver } from '../audit/audit-resolver.ts';
import { refuse } from './declare-type.ts';
import { resolveInSlices } from './execution/execute.ts';
import { validateInput } from '../lists/list-args-type.ts';
import { StreamUptimeResolver } from '../analysis/uptime/uptime-resolver.ts';
import { BroadcastResolver } from '../analysis/broadcasts/broadcast-resolver.ts';
import { CallbackRecordResolver } from '../callbacks/callback-resolver.ts';
import { CallbackSetupResolver } from '../callbacks/setup/callback-setup-resolver.ts';
import { TypedListResolver } from '../callbacks/types/typed-list-resolver.ts';
import { AlertResolver, EndedAlertResolver } from '../alerts/alert-resolver.ts';
import { ForwardTargetResolver } from '../forwarding/forward-target-resolver.ts';
import {
  IncidentOfRelayTaskResolver,
  IncidentOfSessionResolver,
  IncidentResolver,
} from '../incidents/incident-resolver.ts';
import { MissingCallbackResolver } from '../analysis/missing/missing-callback-resolver.ts';
import { NodeResolver, ProjectionResolver, ViewerResolver } from './node-resolver.ts';
import { applyRoles, applyScopes } from './access-in-schema.ts';
import { ErasureResolver } from '../erasure/erasure-resolver.ts';
import { OperatorFactResolver } from '../facts/operator-fact-resolver.ts';
import { QuarantineDecisionResolver, QuarantineResolver } from '../quarantine/quarantine-resolver.ts';
import { ReceivingOutageResolver } from '../outages/receiving-outage-resolver.ts';
import { RelayTasksOfSessionResolver, SessionsOfRelayTaskResolver } from '../relay/relay-join-resolver.ts';
import {
  RelayFileExplanationResolver,
  RelayRunExplanationResolver,
  RelayRunResolver,
  RelayTaskResolver,
} from '../relay/relay-task-resolver.ts';
import { RefusedPushResolver } from '../sessions/refused/refused-push-resolver.ts';
import { SessionExplanationResolver, StreamSessionResolver } from '../sessions/stream-session-resolver.ts';
import { StatisticsResolver, TypedStatisticsResolver } from '../analysis/statistics/statistics-resolver.ts';
import { SubscriptionResolver } from './subscriptions/subscription-resolver.ts';

let built: GraphQLSchema | null = null;

/** The schema with its resolvers, executable with a `GraphqlContext`. The first call builds it; every call returns the same one. */
export function ledgerSchema(): GraphQLSchema {
  return (built ??= buildLedgerSchema());
}

function buildLedgerSchema(): GraphQLSchema {
  refuseRoundedIds();
  const schema = buildSchemaSync({
    resolvers: [
      StreamSessionResolver,
      RefusedPushResolver,
      RelayTaskResolver,
      IncidentResolver,
      IncidentOfSessionResolver,
      IncidentOfRelayTaskResolver,
      RelayRunResolver,
      RelayTasksOfSessionResolver,
      SessionsOfRelayTaskResolver,
      CallbackRecordResolver,
      TypedListResolver,
      NodeResolver,
      ProjectionResolver,
      StatisticsResolver,
      TypedStatisticsResolver,
      StreamUptimeResolver,
      BroadcastResolver,
      MissingCallbackResolver,
      ReceivingOutageResolver,
      SessionExplanationResolver,
      RelayRunExplanationResolver,
      RelayFileExplanationResolver,
      QuarantineResolver,
      OperatorFactResolver,
      AuditResolver,
      ErasureResolver,
      QuarantineDecisionResolver,
      CallbackSetupResolver,
      ForwardTargetResolver,
      AlertResolver,
      EndedAlertResolver,
      SubscriptionResolver,
      ViewerResolver,
    ],
    validateFn: validateInput,
    // The check runs the introspection query at every start. Apollo Server validates the schema all the same.
    skipCheck: true,
    pubSub: { publish: neverPublished, subscribe: neverPublished },
  });
  describeRoots(schema);
  requireOneField(schema);
  defaultForNull(schema);
  applyRoles(schema);
  applyScopes(schema);
  applyAudit(schema);
  subscribeByMethod(schema);
  resolveInSlices(schema);
  return schema;
}

/** type-graphql takes no descriptions of these. */
function describeRoots(schema: GraphQLSchema): void {
  const descriptions: readonly (readonly [type: GraphQLObjectType | null | undefined, description: string])[] = [
    [schema.getQueryType(), 'What can be read. A field that fails is null, and the others are answered.'],
    [schema.getMutationType(), 'What operators can change. Each is durable once answered.'],
    [schema.getSubscriptionType(), 'What is sent as it happens, each from a log cursor on.'],
  ];
  for (const [type, description] of descriptions) if (type != null) type.description = description;
}

const parseId = GraphQLID.parseValue;

/**
 * A number beyond 2^53 in variables is rounded by the JSON parser, and so names another session than the client meant. The digits of a
 * number in the document itself arrive whole.
 */
function refuseRoundedIds(): void {
  // See docs/patches.md#ids-that-are-numbers
  GraphQLID.parseValue = (value) => {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) {
      refuse('ID must be a string: a number above 9007199254740991 loses digits before it arrives. Put it in quotes');
    }
    return parseId(value);
  };
}

/** Makes the inputs that declare `oneOf` @oneOf, which type-graphql has no option for. All their fields are nullable. */
function requireOneField(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type) && type.extensions['oneOf'] === true) type.isOneOf = true;
  }
}

/** Lets null for an argument with a default mean the same as leaving it out, and so declares each of them nullable. */
function defaultForNull(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    for (const field of isObjectType(type) ? Object.values(type.getFields()) : []) {
      const defaults = field.args.filter(({ defaultValue }) => defaultValue !== undefined);
      const { resolve } = field;
      if (defaults.length === 0 || resolve === undefined) continue;
      for (const arg of defaults) arg.type = getNullableType(arg.type);
      field.resolve = (root, args: Record<string, unknown>, context, info) => {
        const given = { ...args };
        for (const { name, defaultValue } of defaults) given[name] ??= defaultValue;
        return resolve(root, given, context, info);
      };
    }
  }
}

/** Lets the method open the source, so that arguments are validated first, as in a query. Events are root values, which show the change. */
function subscribeByMethod(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    const open = field.resolve;
    if (open === undefined) throw new TypeError(`The subscription ${field.name} has no method.`);
    // See docs/patches.md#subscriptions-opened-by-their-resolver
    field.subscribe = open;
    field.resolve = defaultFieldResolver;
  }
}

/** type-graphql requires a pub/sub if there is a subscription. Nothing is published here: subscribers read. */
function neverPublished(): never {
  throw new TypeError('Subscriptions read from the read models; nothing is published.');
}

/** The schema in the form of `schema/schema.graphql`. */
export function printLedgerSchema(): string {
  return `${printSchema(lexicographicSortSchema(ledgerSchema()))}\n`;
}
