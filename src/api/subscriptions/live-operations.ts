import {
  createSourceEventStream,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { Subscriber } from '../../live/subscriber-group.ts';
import type { GraphqlPorts, GraphqlRequest } from '../context.ts';
import { formatErrors, toGraphqlError, toSendable, withCode, withRequestId, type SendableResult } from '../errors.ts';
import { executeOperation } from '../execution/execute.ts';
import type { Documents } from '../execution/documents.ts';
import { createGraphqlContext, Operation } from '../operation.ts';
import { assertRunnable, type ResolvedOperation } from '../cost.ts';
import { createSubscriberGroups, groupKeyOf, liveMessages, type LiveMessage, type LiveSink } from './live-groups.ts';
import { isLiveSource } from './live-source.ts';

export type { LiveMessage, LiveSink, SendableResult, Subscriber };

/** An operation that was sent on a connection that stays open. */
export interface OperationRequest extends GraphqlRequest {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** An operation that may run. */
export type ReadyOperation = ReadySubscription | ReadyRequest;

interface ChosenOperation {
  readonly document: DocumentNode;
  readonly operationName: string | null;
}

/** A subscription that has not begun to send. */
export interface ReadySubscription extends ChosenOperation {
  readonly kind: 'SUBSCRIPTION';
  /** Sends messages until the subscriber leaves, or reading fails. */
  start(sink: LiveSink): Subscriber;
}

/** A query or mutation. */
export interface ReadyRequest extends ChosenOperation {
  readonly kind: 'REQUEST';
  /** A query is answered from one state of the read models. */
  answer(): Promise<SendableResult>;
  /** Nobody waits for the answer any more: releases what it holds. */
  readonly abandon: () => void;
}

/** Whether it changes something, so that it must be answered, and not by GET. */
export function isMutation({ document, operationName }: ChosenOperation): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.MUTATION;
}

/** An operation that was refused before it began. */
export class OperationRefused extends Error {
  override readonly name = 'OperationRefused';

  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super(errors[0]?.message);
  }
}

/** GraphQL for connections that stay open. */
export interface LiveOperations {
  /** @throws OperationRefused */
  prepare(request: OperationRequest): Promise<ReadyOperation>;
  /** The errors to send for a failure, such as that of a subscription. */
  errorsOf(error: unknown, requestId: string): readonly GraphQLFormattedError[];
}

interface LiveOperationsOptions {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  /** Called for each operation: a node may get its copy of the log later. */
  readonly ports: () => GraphqlPorts;
}

/** Checks, costs and roles are the same as over HTTP. Equal subscriptions share a group: each change is read and executed once. */
export function createLiveOperations({ schema, documents, ports }: LiveOperationsOptions): LiveOperations {
  const { logger } = ports();
  const groups = createSubscriberGroups();
  const errorsOf = (error: unknown, requestId: string) => formatErrors([toGraphqlError(error)], requestId, logger);

  function resolve({ query, operationName, variables, requestId }: OperationRequest): ResolvedOperation {
    const { document, errors } = documents.read(query);
    if (errors !== null) throw new OperationRefused(withRequestId(errors, requestId));
    try {
      const resolved = { schema, document, operation: operationOf(document, operationName), variables };
      assertRunnable(resolved);
      return resolved;
    } catch (error) {
      throw new OperationRefused(errorsOf(error, requestId));
    }
  }

  async function subscribe(
    resolved: ResolvedOperation,
    args: ExecutionArgs,
    request: GraphqlRequest,
  ): Promise<Omit<ReadySubscription, keyof ChosenOperation>> {
    const { role, requestId } = request;
    const present = ports();
    const contextValue = createGraphqlContext(new Operation(present, request));
    const source = await createSourceEventStream({ ...args, contextValue });
    if (!isLiveSource(source)) {
      const { errors = [] } = source as ExecutionResult;
      throw new OperationRefused(formatErrors(withCode(errors, 'BAD_USER_INPUT'), requestId, logger));
    }
    const key = groupKeyOf(resolved, role);
    const readMessages = () => liveMessages({ source, resolved, role }, present);
    return {
      kind: 'SUBSCRIPTION',
      start: (sink) => groups.subscribe(key, source, readMessages, sink),
    };
  }

  async function answer(resolved: ResolvedOperation, opened: Operation): Promise<SendableResult> {
    const { requestId } = opened.request;
    try {
      if (resolved.operation.operation === OperationTypeNode.QUERY) await opened.begin();
      const { result } = await executeOperation({ ...resolved, context: createGraphqlContext(opened) });
      return toSendable(result, requestId, logger);
    } catch (error) {
      return { errors: errorsOf(error, requestId) };
    } finally {
      opened.end();
    }
  }

  return {
    async prepare(request) {
      const resolved = resolve(request);
      const { document, operation, variables: variableValues } = resolved;
      const operationName = operation.name?.value ?? null;
      const args = { schema, document, operationName, variableValues };
      if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
        return { document, operationName, ...(await subscribe(resolved, args, request)) };
      }
      const opened = new Operation(ports(), request);
      return {
        kind: 'REQUEST',
        document,
        operationName,
        answer: () => answer(resolved, opened),
        abandon: () => opened.end(),
      };
    },
    errorsOf,
  };
}

function operationOf(document: DocumentNode, name: string | null) {
  const operation = getOperationAST(document, name);
  if (operation != null) return operation;
  const message =
    name === null
      ? 'The document has no operation, or several. Name one in operationName.'
      : 'The document has no operation of the name in operationName.';
  throw new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });
}
