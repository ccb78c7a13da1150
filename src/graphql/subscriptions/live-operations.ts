import { randomUUID } from 'node:crypto';
import {
  createSourceEventStream,
  execute,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import {
  createSubscriberGroup,
  type Subscriber,
  type SubscriberGroup,
  type MessageSink,
} from '../../live/subscriber-group.ts';
import type { ChangePosition } from '../../read-models/rows.ts';
import { createGraphqlContext, type GraphqlPorts, type Role } from '../context.ts';
import { assertRunnable, type ResolvedOperation } from '../guard.ts';
import { groupKeyOf } from './group-key.ts';
import { createDocumentCache } from './document-cache.ts';
import { liveMessages, type LiveMessage } from './live-messages.ts';
import { isLiveSource, type LiveEvent, type LiveSource } from './live-source.ts';
import { subscribeAfter } from './cursor-wait.ts';
import { errorResult, toGraphqlError, withCode } from './error-results.ts';

export type { Subscriber, LiveMessage };

/** Where the messages of a subscription go. */
export type LiveSink = MessageSink<LiveMessage>;

export interface OperationRequest {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly role: Role;
  readonly requestId: string;
  /** Where a subscription goes on; wins over its `after`. */
  readonly resumeAfter: string | null;
}

/** An operation that was found fit to run. */
export type ReadyOperation = ReadySubscription | ReadyRequest;

export interface ReadySubscription extends ChosenOperation {
  readonly kind: 'SUBSCRIPTION';
  /** Begins to send; from then on until the follower leaves. */
  start(sink: LiveSink): Subscriber;
  /** The cursor of a place that a follower has come to. */
  cursorAt(place: ChangePosition): string;
}

export interface ReadyRequest extends ChosenOperation {
  readonly kind: 'REQUEST';
  answer(): Promise<SendableResult>;
}

interface ChosenOperation {
  readonly document: DocumentNode;
  readonly operationName: string | null;
}

export interface SendableResult {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** An operation that was refused before it began. */
export class OperationRefused extends Error {
  override readonly name = 'OperationRefused';

  constructor(
    readonly errors: readonly GraphQLFormattedError[],
    /** Whether it was refused for what it follows from, not for what it is. */
    readonly whileSubscribing: boolean,
  ) {
    super(errors[0]?.message);
  }
}

export interface LiveOperations {
  /** @throws OperationRefused */
  prepare(request: OperationRequest): Promise<ReadyOperation>;
  /** What a failed subscription is told. */
  errorsOf(error: unknown, requestId: string): readonly GraphQLFormattedError[];
}

export interface LiveOperationsOptions {
  readonly schema: GraphQLSchema;
  /** Asked for each operation: a node may get its copy of the log later. */
  readonly ports: () => GraphqlPorts;
  /** Tokens of a document at most. */
  readonly tokensMax: number;
}

/**
 * Operations as connections that stay open run them: with the same checks, costs and roles as requests. Subscriptions that
 * are told the same share one group: read once, executed once, written as JSON once.
 */
export function createLiveOperations({ schema, ports, tokensMax }: LiveOperationsOptions): LiveOperations {
  const documents = createDocumentCache(schema, tokensMax);
  const groups = new Map<string, SubscriberGroup<LiveMessage>>();
  const contextOf = (role: Role, requestId: string, resumeAfter: string | null) =>
    createGraphqlContext(ports(), { requestId, role, resumeAfter });
  const tell = (errors: readonly GraphQLError[], requestId: string) => errorResult(errors, requestId, ports().logger);
  const tellResult = (result: ExecutionResult, requestId: string): SendableResult => ({
    ...(result.errors && { errors: tell(withCode(result.errors, 'BAD_USER_INPUT'), requestId) }),
    ...(result.data !== undefined && { data: result.data }),
  });

  function resolve({ query, operationName, variables }: OperationRequest): ResolvedOperation {
    const document = documents.read(query);
    const operation = getOperationAST(document, operationName);
    if (operation == null) {
      throw new GraphQLError('The document has no operation of this name.', { extensions: { code: 'BAD_REQUEST' } });
    }
    const resolved = { schema, document, operation, variables };
    assertRunnable(resolved);
    return resolved;
  }

  async function subscribe(resolved: ResolvedOperation, request: OperationRequest): Promise<ReadySubscription> {
    const { document, operation, variables } = resolved;
    const { role, requestId } = request;
    const args = { schema, document, operationName: operation.name?.value ?? null, variableValues: variables };
    const source = await createSourceEventStream({
      ...args,
      contextValue: contextOf(role, requestId, request.resumeAfter),
    });
    if (!isLiveSource(source)) {
      const { errors = [] } = source as ExecutionResult;
      throw new OperationRefused(tell(withCode(errors, 'BAD_USER_INPUT'), requestId), true);
    }
    const key = groupKeyOf({ ...resolved, role });
    const executeFor = async ({ value }: LiveEvent) => {
      const messageId = randomUUID();
      // Of what only the first of the group said, such as its `after`, nothing is looked at here.
      const contextValue = contextOf(role, messageId, null);
      return tellResult(await execute({ ...args, rootValue: value, contextValue }), messageId);
    };
    const groupFor = (followed: LiveSource): SubscriberGroup<LiveMessage> => {
      const known = groups.get(key);
      if (known !== undefined) return known;
      const messages = liveMessages(followed, executeFor, ports().timeSlices);
      const group = createSubscriberGroup(messages, ports().timeSlices, () => groups.delete(key));
      groups.set(key, group);
      return group;
    };
    return {
      kind: 'SUBSCRIPTION',
      document,
      operationName: args.operationName,
      cursorAt: source.cursorAt,
      start(sink) {
        const { from, reached } = source;
        const followTogether = () => groupFor(source).subscribe(from, sink);
        return reached === null ? followTogether() : subscribeAfter(reached, from, sink, followTogether);
      },
    };
  }

  return {
    async prepare(request) {
      const { role, requestId } = request;
      let resolved: ResolvedOperation;
      try {
        resolved = resolve(request);
      } catch (error) {
        throw new OperationRefused(tell([toGraphqlError(error)], requestId), false);
      }
      const { operation, document, variables } = resolved;
      if (operation.operation === OperationTypeNode.SUBSCRIPTION) return subscribe(resolved, request);
      const operationName = operation.name?.value ?? null;
      return {
        kind: 'REQUEST',
        document,
        operationName,
        async answer() {
          const result = await execute({
            schema,
            document,
            operationName,
            variableValues: variables,
            contextValue: contextOf(role, requestId, null),
          });
          return tellResult(result, requestId);
        },
      };
    },
    errorsOf: (error, requestId) => tell([toGraphqlError(error)], requestId),
  };
}
