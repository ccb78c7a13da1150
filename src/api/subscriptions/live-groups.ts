import { Kind, print, TypeInfo, visit, visitWithTypeInfo, type GraphQLSchema } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { Logger } from '../../kernel/logger.ts';
import { isTraced, spanNowMs, traceEvent } from '../../kernel/spans.ts';
import { readChangesFrom, subscriptionSlices } from '../../live/change-feed.ts';
import {
  createSubscriberGroup,
  type MessagePage,
  type MessageSink,
  type Positioned,
  type ReadMessages,
  type Subscriber,
  type SubscriberGroup,
} from '../../live/subscriber-group.ts';
import type { ReadModelReader } from '../../projecting/read-model-reader.ts';
import type { GraphqlPorts, Role } from '../context.ts';
import { operationAlone, type ResolvedOperation } from '../cost.ts';
import { formatErrors, toGraphqlError, toSendable } from '../errors.ts';
import { AnswerTooLarge, executeOperation, type Execution } from '../execution/execute.ts';
import { createGraphqlContext, Operation } from '../operation.ts';
import type { LiveEvent, LiveSource } from './live-source.ts';

/** The message of one change, made once for all subscribers that receive it. */
export interface LiveMessage extends Positioned {
  readonly cursor: string;
  /** The result of the operation as JSON in UTF-8. */
  readonly json: Buffer;
}

/** Bytes of messages prepared at a time; a single message may be larger. A batch at 1,000 callbacks/s has about 20 of 1 KB. */
const pageBytesMax = 64 * 1024;

/** What the messages of a subscription depend on. */
interface Subscribed {
  readonly source: LiveSource;
  readonly resolved: ResolvedOperation;
  readonly role: Role;
}

/**
 * Executes the operation of a subscription for each event of its source, and writes each result as JSON. All messages
 * of a page show one state: their rows and everything read for them. So a cursor means the same state on every node. A
 * page ends early when its time slice is over: the remaining events are read again later, in the state of that time.
 */
export function liveMessages({ source, resolved, role }: Subscribed, ports: GraphqlPorts): ReadMessages<LiveMessage> {
  const { snapshots, notifications } = ports;

  const messageOf = async ({ at, cursor, value }: LiveEvent, readModel: ReadModelReader): Promise<LiveMessage> => {
    // Each message is a separate request: it uses nothing that only the first subscriber of the group sent.
    const request = { role, callerName: null, requestId: randomUUID(), resumeAfter: null };
    const operation = Operation.ofMessage(ports, request, readModel);
    const execution = { ...resolved, rootValue: value, context: createGraphqlContext(operation) };
    const startedAtMs = spanNowMs();
    const json = await jsonOf(execution, request.requestId, ports.logger);
    if (isTraced()) void traceMessage(ports, at.position, startedAtMs);
    return { at, cursor, json: Buffer.from(json) };
  };

  const readPage = async (after: Positioned['at'], rowsMax: number): Promise<MessagePage<LiveMessage>> => {
    const snapshot = await snapshots.openForMessages();
    try {
      const { events, to, isLast } = source.eventsAfter(after, rowsMax, snapshot.reader);
      const messages: LiveMessage[] = [];
      let bytes = 0;
      for (const event of events) {
        const message = await messageOf(event, snapshot.reader);
        messages.push(message);
        bytes += message.json.length;
        const isFull = bytes >= pageBytesMax || subscriptionSlices.isOver();
        if (isFull && event !== events.at(-1)) return { messages, to: event.at, isLast: false };
      }
      return { messages, to, isLast };
    } finally {
      snapshot.close();
    }
  };
  return (from, signal) => readChangesFrom(readPage, from, { notifications, timeSlices: subscriptionSlices }, signal);
}

async function jsonOf(execution: Execution, requestId: string, logger: Logger): Promise<string> {
  try {
    const { result } = await executeOperation(execution);
    return JSON.stringify(toSendable(result, requestId, logger));
  } catch (error) {
    // Only this message is: the next one may be shorter, and its cursor is still needed.
    if (error instanceof AnswerTooLarge)
      return JSON.stringify({ errors: formatErrors([toGraphqlError(error)], requestId, logger) });
    throw error;
  }
}

/** Traces the message with the event that made the change: once for all subscribers that receive it. */
async function traceMessage({ bodies }: GraphqlPorts, position: bigint, startedAtMs: number): Promise<void> {
  const endedAtMs = spanNowMs();
  const eventId = await bodies.eventIdAt(position).catch(() => null);
  if (eventId !== null) traceEvent(eventId, { name: 'message', kind: 'PRODUCER' }, { startedAtMs, endedAtMs });
}

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
