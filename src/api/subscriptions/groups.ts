import { Kind, print, TypeInfo, visit, visitWithTypeInfo, type GraphQLSchema } from 'graphql';
import { subscriptionSlices } from '../../live/change-feed.ts';
import {
  createSubscriberGroup,
  type MessageSink,
  type ReadMessages,
  type Subscriber,
  type SubscriberGroup,
} from '../../live/subscriber-group.ts';
import type { Role } from '../context.ts';
import { operationAlone, type ResolvedOperation } from '../cost.ts';
import type { LiveMessage } from './live-messages.ts';
import type { LiveSource } from './live-source.ts';

/** Where the messages of a subscription go. */
export type LiveSink = MessageSink<LiveMessage>;

/** Subscriptions with equal keys share a group, unless they show states of different read models. */
export interface SubscriberGroups {
  /** Sends the messages of a source from where it begins. Calls `readMessages` if the group does not exist yet. */
  subscribe(key: string, source: LiveSource, readMessages: () => ReadMessages<LiveMessage>, sink: LiveSink): Subscriber;
}

/** Groups exist only while they have subscribers. */
export function createSubscriberGroups(): SubscriberGroups {
  const groups = new Map<string, SubscriberGroup<LiveMessage>>();

  function groupOf(
    operationKey: string,
    { buildName, cursorAt }: LiveSource,
    readMessages: () => ReadMessages<LiveMessage>,
  ): SubscriberGroup<LiveMessage> {
    // While it still has subscribers, a group of replaced read models fails with RESYNC, which is wrong for those of the new ones.
    const key = JSON.stringify([buildName, operationKey]);
    const existing = groups.get(key);
    if (existing !== undefined) return existing;
    const group = createSubscriberGroup({
      read: readMessages(),
      timeSlices: subscriptionSlices,
      cursorAt,
      onEmpty: () => groups.delete(key),
    });
    groups.set(key, group);
    return group;
  }

  return {
    subscribe(key, source, readMessages, sink) {
      const join = () => groupOf(key, source, readMessages).subscribe(source.from, sink);
      return source.wait === null ? join() : joinAfterWait(source, join, sink);
    },
  };
}

/** Joins a group once the node has projected the position where the subscription begins: until then nobody else waits with it. */
function joinAfterWait({ from, wait, cursorAt }: LiveSource, join: () => Subscriber, sink: LiveSink): Subscriber {
  const left = new AbortController();
  const hasLeft = () => left.signal.aborted;
  let subscriber: Subscriber | null = null;
  const begin = async () => {
    try {
      await wait?.(left.signal);
      if (!hasLeft()) subscriber = join();
    } catch (error) {
      if (!hasLeft()) sink.failed(error);
    }
  };
  void begin();
  return {
    cursor: () => subscriber?.cursor() ?? cursorAt(from),
    leave() {
      left.abort();
      subscriber?.leave();
    },
  };
}

/** Equal for equal messages: the same operation, variables and role, except `after` and variables only used for it. */
export function groupKeyOf(resolved: ResolvedOperation, role: Role): string {
  const { operation, variables } = resolved;
  let parts = partsByOperation.get(operation);
  if (parts === undefined) {
    parts = partsOf(resolved);
    partsByOperation.set(operation, parts);
  }
  // An absent variable differs from null: it has its default value.
  const given = parts.variablesUsed.filter((name) => Object.hasOwn(variables, name));
  return JSON.stringify([role, parts.text, given.map((name) => [name, variables[name]])]);
}

/** The parts of a document that the key depends on. */
interface KeyParts {
  /** The operation without `after`. */
  readonly text: string;
  readonly variablesUsed: readonly string[];
}

/** Documents are parsed once for all subscribers, so these parts are found once too. */
const partsByOperation = new WeakMap<ResolvedOperation['operation'], KeyParts>();

function partsOf({ schema, document, operation }: ResolvedOperation): KeyParts {
  const types = new TypeInfo(schema);
  const withoutAfter = visit(
    operationAlone(document, operation),
    visitWithTypeInfo(types, {
      Argument: (node) => (node.name.value === 'after' && isOfSubscription(schema, types) ? null : undefined),
    }),
  );
  const used = new Set<string>();
  visit(withoutAfter, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  const definitions = withoutAfter.definitions.map((definition) =>
    definition.kind !== Kind.OPERATION_DEFINITION
      ? definition
      : {
          ...definition,
          variableDefinitions: (definition.variableDefinitions ?? []).filter(({ variable }) =>
            used.has(variable.name.value),
          ),
        },
  );
  return { text: print({ ...withoutAfter, definitions }), variablesUsed: [...used].sort() };
}

function isOfSubscription(schema: GraphQLSchema, types: TypeInfo): boolean {
  return Object.values(schema.getSubscriptionType()?.getFields() ?? {}).includes(types.getFieldDef() as never);
}
