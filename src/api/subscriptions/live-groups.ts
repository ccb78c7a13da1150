import { Kind, print, TypeInfo, visit, visitWithTypeInfo, type GraphQLSchema } from 'graphql';
import { randomUUID } from 'node:crypto';
import { nobody } from '../../log/author.ts';
import { scopeKey, type Scope } from '../../kernel/scope.ts';
import { isTraced, spanNowMs, traceEvent } from '../../kernel/spans.ts';
import {
  SubscriberGroup,
  type MessagePage,
  type MessageSink,
  type Positioned,
  type ReadMessages,
  type Subscriber,
  readChangesFrom,
  subscriptionSlices,
} from '../../live/subscriber-group.ts';
import type { ReadModelReader } from '../../projecting/file/read-model-reader.ts';
import type { ChangePosition } from '../../projecting/changes.ts';
import { GraphqlContext } from '../context.ts';
import { type GraphqlPorts } from '../ports.ts';
import { operationAlone, type ResolvedOperation } from '../cost.ts';
import { answerOperation } from '../execution/execute.ts';
import type { Role } from '../access/tokens.ts';
import type { LiveEvent, LiveSource } from './live-source.ts';

/** The message of one change, made once for all subscribers that receive it. */
export interface LiveMessage extends Positioned {
  readonly cursor: string;
  /** The result of the operation as JSON in UTF-8. */
  readonly json: Buffer;
  /** Fields in which nobody expects a secret, but which show an admin one. */
  readonly secretFields: readonly string[];
}

/** Bytes of messages prepared at a time; a single message may be larger. A batch at 1,000 callbacks/s has about 20 of 1 KB. */
const pageBytesMax = 64 * 1024;

/** Where the messages of a subscription go. */
export type LiveSink = MessageSink<LiveMessage>;

/** A subscription that may begin. */
interface Subscribed {
  readonly source: LiveSource;
  readonly resolved: ResolvedOperation;
  readonly role: Role;
  readonly scope: Scope | null;
  /** Whether its subscriber sent a token: only then is it recorded what messages show. */
  readonly isIdentified: boolean;
}

/**
 * Equal subscriptions share a group, unless they show states of different read models: each change is read and executed once.
 * A group exists only while it has subscribers.
 */
export class LiveGroups {
  private readonly groups = new Map<string, SubscriberGroup<LiveMessage>>();

  /** Sends the messages of a subscription from where its source begins. */
  subscribe(subscribed: Subscribed, ports: GraphqlPorts, sink: LiveSink): Subscriber {
    const { source } = subscribed;
    const join = () => this.groupOf(subscribed, ports).subscribe(source.from, sink);
    return source.wait === null ? join() : joinAfterWait(source, join, sink);
  }

  private groupOf(subscribed: Subscribed, ports: GraphqlPorts): SubscriberGroup<LiveMessage> {
    const { source, resolved, role, scope, isIdentified } = subscribed;
    // While it still has subscribers, a group of replaced read models fails with RESYNC, which is wrong for those of the new ones.
    const key = JSON.stringify([source.buildName, scopeKey(scope), isIdentified, groupKeyOf(resolved, role)]);
    const existing = this.groups.get(key);
    if (existing !== undefined) return existing;
    const group = new SubscriberGroup({
      read: readMessages(subscribed, ports),
      timeSlices: subscriptionSlices,
      cursorAt: source.cursorAt,
      onEmpty: () => this.groups.delete(key),
    });
    this.groups.set(key, group);
    return group;
  }
}

/**
 * Executes the operation of a subscription for each event of its source, and writes each result as JSON. All messages
 * of a page show one state: their rows and everything read for them. So a cursor means the same state on every node. A
 * page ends early when its time slice is over: the remaining events are read again later, in the state of that time.
 */
function readMessages(
  { source, resolved, role, scope, isIdentified }: Subscribed,
  ports: GraphqlPorts,
): ReadMessages<LiveMessage> {
  const messageOf = async ({ at, cursor, value }: LiveEvent, readModel: ReadModelReader): Promise<LiveMessage> => {
    // Each message is a separate request: it uses nothing that only the first subscriber of the group sent.
    const asker = { role, scope, client: '', author: nobody, isIdentified };
    const request = { ...asker, requestId: randomUUID(), resumeAfter: null };
    const context = GraphqlContext.ofMessage(ports, request, readModel);
    const startedAtMs = spanNowMs();
    const answer = await answerOperation({ ...resolved, rootValue: value, context }, request.requestId, ports.logger);
    if (isTraced()) traceMessage(ports, at.position, startedAtMs);
    return { at, cursor, json: Buffer.from(answer.json), secretFields: context.secretFields };
  };

  const readPage = async (after: ChangePosition, rowsMax: number): Promise<MessagePage<LiveMessage>> => {
    const snapshot = await ports.snapshots.openForMessages(scope);
    try {
      const { events, to, isLast } = await source.eventsAfter(after, rowsMax, snapshot.reader);
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
  return (from, signal) => readChangesFrom(readPage, from, ports.notifications, signal);
}

/** Traces the message with the event that made the change: once for all subscribers that receive it. */
function traceMessage({ log }: GraphqlPorts, position: bigint, startedAtMs: number): void {
  const endedAtMs = spanNowMs();
  const eventId = log.eventIdAt(position);
  if (eventId !== null) traceEvent(eventId, { name: 'message', kind: 'PRODUCER' }, { startedAtMs, endedAtMs });
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

/** Of an admin: a message with a secret where nobody expects one is sent once the audit has the fields. */
export class RecordedSink implements LiveSink {
  private readonly recorded: Set<string>;
  private recording: Promise<void> = Promise.resolve();

  /** `recorded` has fields that were recorded before. `record` rejects if the log takes nothing: then the subscription fails. */
  constructor(
    private readonly sink: LiveSink,
    recorded: ReadonlySet<string>,
    private readonly record: (fields: ReadonlySet<string>) => Promise<void>,
  ) {
    this.recorded = new Set(recorded);
  }

  take(messages: readonly LiveMessage[], from: number): number {
    const isNew = (field: string) => !this.recorded.has(field);
    const until = messages.findIndex(({ secretFields }, index) => index >= from && secretFields.some(isNew));
    if (until === -1) return this.sink.take(messages, from);
    if (until > from) return this.sink.take(messages.slice(0, until), from);
    const fields = new Set(messages[from]?.secretFields.filter(isNew));
    this.recording = this.record(fields).then(() => fields.forEach((field) => this.recorded.add(field)));
    // `ready` has it, and may be called later.
    this.recording.catch(() => undefined);
    return 0;
  }

  async ready(signal: AbortSignal): Promise<void> {
    await this.recording;
    await this.sink.ready(signal);
  }

  failed(error: unknown): void {
    this.sink.failed(error);
  }
}
