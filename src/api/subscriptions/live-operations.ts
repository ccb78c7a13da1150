import {
  createSourceEventStream,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { Subscriber } from '../../live/subscriber-group.ts';
import { recordSubscribed } from '../audit-in-schema.ts';
import { GraphqlContext, type GraphqlRequest } from '../context.ts';
import { type GraphqlPorts } from '../ports.ts';
import { assertRunnable, costExtensions, type ResolvedOperation } from '../cost.ts';
import { formatErrors, toGraphqlError, withCode, withRequestId } from '../errors.ts';
import { rateError, type RateAccount } from '../access/rates.ts';
import type { Documents } from '../execution/documents.ts';
import { Answer, answerOperation } from '../execution/execute.ts';
import { LiveGroups, type LiveSink, RecordedSink } from './live-groups.ts';
import { isLiveSource } from './live-source.ts';

/** Who asks on a connection that stays open. */
export interface LiveAsker extends GraphqlRequest {
  /** Where what it costs is counted, and each subscription. */
  readonly account: RateAccount;
}

/** An operation that was sent on a connection that stays open. */
export interface OperationRequest extends LiveAsker {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether the answer says what it cost; messages of subscriptions never do. */
  readonly asksForCost?: boolean;
}

/** An operation that may run. */
export type ReadyOperation = ReadySubscription | ReadyRequest;

/** A subscription that has not begun to send. */
export interface ReadySubscription {
  readonly kind: 'SUBSCRIPTION';
  /** Sends messages until the subscriber leaves, or reading fails. */
  start(sink: LiveSink): Subscriber;
}

/** A query or mutation. */
export interface ReadyRequest {
  readonly kind: 'REQUEST';
  /** Whether it changes something, so that it must be answered, and not by GET. */
  readonly isMutation: boolean;
  /** A query is answered from one state of the read models. */
  answer(): Promise<Answer>;
  /** Nobody waits for the answer any more: releases what it holds. */
  readonly abandon: () => void;
}

/** An operation that was refused before it began. */
export class OperationRefused extends Error {
  override readonly name = 'OperationRefused';

  constructor(
    readonly errors: readonly GraphQLFormattedError[],
    readonly extensions?: object,
  ) {
    super(errors[0]?.message);
  }
}

interface LiveOperationsOptions {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  /** Called for each operation: a node may get its copy of the log later. */
  readonly ports: () => GraphqlPorts;
}

/** GraphQL for connections that stay open. Checks, costs and roles are the same as over HTTP. */
export class LiveOperations {
  private readonly groups = new LiveGroups();

  constructor(private readonly options: LiveOperationsOptions) {}

  /** @throws OperationRefused; LedgerError - RATE_LIMITED */
  async prepare(request: OperationRequest): Promise<ReadyOperation> {
    const ports = this.options.ports();
    const context = new GraphqlContext(ports, request);
    const resolved = this.resolve(request, context);
    const { operation } = resolved.operation;
    if (operation === OperationTypeNode.SUBSCRIPTION) {
      const refusal = request.account.take('subscriptions');
      if (refusal !== null) throw rateError(refusal);
      const source = await openSource(resolved, context);
      if (!isLiveSource(source)) {
        const errors = 'errors' in source ? (source.errors ?? []) : [];
        throw new OperationRefused(formatErrors(withCode(errors, 'BAD_USER_INPUT'), request.requestId, ports.logger));
      }
      const declared = await recordSubscribed(resolved, context);
      const { role, scope, isIdentified } = request;
      const subscribed = { source, resolved, role, scope, isIdentified };
      const recorded = (sink: LiveSink) =>
        declared === null ? sink : new RecordedSink(sink, declared, (fields) => context.recordRead(fields));
      return {
        kind: 'SUBSCRIPTION',
        start: (sink) => this.groups.subscribe(subscribed, ports, recorded(sink)),
      };
    }
    return {
      kind: 'REQUEST',
      isMutation: operation === OperationTypeNode.MUTATION,
      answer: () => this.answer(resolved, context, request),
      abandon: () => context.end(),
    };
  }

  /** The errors to send for a failure, such as that of a subscription. */
  errorsOf(error: unknown, requestId: string): readonly GraphQLFormattedError[] {
    return formatErrors([toGraphqlError(error)], requestId, this.options.ports().logger);
  }

  private resolve(request: OperationRequest, context: GraphqlContext): ResolvedOperation {
    const { query, operationName, variables, requestId, asksForCost, account } = request;
    const { schema, documents } = this.options;
    const { document, errors } = documents.read(query);
    if (errors !== null) throw new OperationRefused(withRequestId(errors, requestId));
    let resolved: ResolvedOperation | null = null;
    try {
      resolved = { schema, document, operation: operationOf(document, operationName), variables };
      account.charge(assertRunnable(resolved));
      return resolved;
    } catch (error) {
      const extensions = asksForCost === true && resolved !== null ? costExtensions(resolved, context) : undefined;
      throw new OperationRefused(this.errorsOf(error, requestId), extensions);
    }
  }

  private async answer(
    resolved: ResolvedOperation,
    context: GraphqlContext,
    { requestId, asksForCost }: OperationRequest,
  ): Promise<Answer> {
    try {
      if (resolved.operation.operation === OperationTypeNode.QUERY) await context.begin();
      const answer = await answerOperation({ ...resolved, context }, requestId, this.options.ports().logger);
      return asksForCost === true ? answer.with(costExtensions(resolved, context)) : answer;
    } catch (error) {
      return new Answer(this.errorsOf(error, requestId), null);
    } finally {
      context.end();
    }
  }
}

/** The source of a subscription, or a result with errors. */
function openSource(
  { schema, document, operation, variables }: ResolvedOperation,
  context: GraphqlContext,
): Promise<AsyncIterable<unknown> | ExecutionResult> {
  return createSourceEventStream({
    schema,
    document,
    operationName: operation.name?.value ?? null,
    variableValues: variables,
    contextValue: context,
  });
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
