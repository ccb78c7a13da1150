import type { FastifyReply, FastifyRequest } from 'fastify';
import { getOperationAST, type GraphQLFormattedError } from 'graphql';
import type { ServerResponse } from 'node:http';
import type { LedgerError } from '../../kernel/errors.ts';
import type { Scope } from '../../kernel/scope.ts';
import { nobody } from '../../log/author.ts';
import { spanNowMs, traceRequest } from '../../kernel/spans.ts';
import { GraphqlContext } from '../context.ts';
import { type GraphqlPorts } from '../ports.ts';
import type { Documents } from '../execution/documents.ts';
import type { Executed } from '../execution/execute.ts';
import { askerOf, type Caller } from '../access/admission.ts';
import type { RateAccount } from '../access/rates.ts';
import type { Role } from '../access/tokens.ts';
import { isLarge, type AnswerClient, type UnreadAnswer, type UnreadAnswers } from './unread-answers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller of a GraphQL request that was admitted. */
    caller: Caller | null;
    /** What its operation is executed in, once that is opened. */
    operation: OpenOperation | null;
  }
}

/** The role of an admitted request. */
export function roleOf({ caller }: FastifyRequest): Role {
  // Requests without one were refused.
  return caller?.role ?? 'viewer';
}

/** What an admitted request may see. */
export function scopeOf({ caller }: FastifyRequest): Scope | null {
  return caller === null ? [] : caller.scope;
}

/** Who asks by an admitted request. */
function askerOfRequest({ caller }: FastifyRequest) {
  // Requests without one were refused.
  if (caller === null) return { role: 'viewer', scope: [], author: nobody, isIdentified: false, client: '' } as const;
  return askerOf(caller);
}

/** Whether the answer of a request has `extensions.cost`. */
export function asksForCost({ headers }: FastifyRequest): boolean {
  return headers['graphql-cost'] === '1';
}

/** What a request's operation is executed in. Its state ends with the connection at the latest. */
export class OpenOperation {
  readonly requestId: string;
  readonly context: GraphqlContext;
  /** What it came to, if it was executed before Apollo was asked. */
  executed: Executed | null = null;
  /** Whether its answer says what it cost. */
  readonly asksForCost: boolean;
  /** Whether its document was not known before. */
  isNew = false;
  /** Why its document can't be executed; null if it can. */
  documentErrors: readonly GraphQLFormattedError[] | null = null;
  /** Why it is refused although it was executed; null if it is not. */
  refusal: LedgerError | null = null;
  /** In an object of its own, because Apollo works on a copy of this one. */
  private readonly answered: { unread: UnreadAnswer | null; isCharged: boolean } = { unread: null, isCharged: false };
  private readonly account: RateAccount | null;

  // No property is a function: V8 would keep each request, with its rows, until the next full collection.
  constructor(
    request: FastifyRequest,
    private readonly response: ServerResponse,
    ports: GraphqlPorts,
    private readonly answers: UnreadAnswers,
  ) {
    this.requestId = request.id;
    this.asksForCost = asksForCost(request);
    this.account = request.caller?.account ?? null;
    // Written out: copying properties of another object takes longer than the rest of this.
    const { role, scope, author, isIdentified, client } = askerOfRequest(request);
    const asked = { role, scope, author, isIdentified, client, requestId: request.id, resumeAfter: null };
    this.context = new GraphqlContext(ports, asked);
    // Ends it if the client goes; after an answer its state has ended before.
    response.on('close', () => {
      this.context.end();
      this.unread?.ended();
    });
  }

  /** Counts what it may cost, once. */
  charge(nodes: number): void {
    if (!this.answered.isCharged) this.account?.charge(nodes);
    this.answered.isCharged = true;
  }

  /** Its answer, if that is large. */
  get unread(): UnreadAnswer | null {
    return this.answered.unread;
  }

  /** Counts an answer of this many bytes if it is large. False: there is no room for it. */
  claim(bytes: number): boolean {
    if (!isLarge(bytes) || this.response.destroyed) return true;
    this.answered.unread = this.answers.claim(this.client(), bytes);
    return this.unread !== null;
  }

  /** Counts it, whether there is room or not: what it has changed must be answered. */
  count(bytes: number): void {
    if (isLarge(bytes) && !this.response.destroyed) this.answered.unread = this.answers.count(this.client(), bytes);
  }

  private client(): AnswerClient {
    return { cutOff: () => this.response.destroy() };
  }
}

/** Characters of the name, which the client chose. The document and its variables are not in the span. */
const tracedNameLengthMax = 64;

/** Adds a span for an answered request. */
export function traceOperation(request: FastifyRequest, reply: FastifyReply, documents: Documents): void {
  const endedAtMs = spanNowMs();
  const { query, operationName } = (request.body ?? {}) as {
    readonly query?: unknown;
    readonly operationName?: unknown;
  };
  const document = typeof query === 'string' ? documents.find(query) : undefined;
  const name = typeof operationName === 'string' ? operationName : null;
  const operation = document === undefined ? null : getOperationAST(document, name);
  const attributes = {
    'http.request.method': request.method,
    'http.route': '/graphql',
    'http.response.status_code': reply.statusCode,
    ...(operation && { 'graphql.operation.type': operation.operation }),
    ...(operation?.name && { 'graphql.operation.name': operation.name.value.slice(0, tracedNameLengthMax) }),
  };
  const facts = { name: 'GraphQL', kind: 'SERVER', hasFailed: reply.statusCode >= 500, attributes } as const;
  const { traceparent } = request.headers;
  const times = { startedAtMs: endedAtMs - reply.elapsedTime, endedAtMs };
  traceRequest(typeof traceparent === 'string' ? traceparent : undefined, facts, times);
}
