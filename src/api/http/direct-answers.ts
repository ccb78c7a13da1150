import type { FastifyReply, FastifyRequest } from 'fastify';
import { getOperationAST, OperationTypeNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { LedgerError } from '../../kernel/errors.ts';
import { scopeKey, type Scope } from '../../kernel/scope.ts';
import type { Metrics } from '../../observing/metrics.ts';
import type { GraphqlPorts } from '../ports.ts';
import { assertRunnable, type ResolvedOperation } from '../cost.ts';
import type { Documents } from '../execution/documents.ts';
import { executeOperation, type Executed } from '../execution/execute.ts';
import type { Role } from '../access/tokens.ts';
import { asksForCost, roleOf, scopeOf, type OpenOperation } from './open-operation.ts';
import { isLarge, tooMuchUnread } from './unread-answers.ts';

/** What an answer that is made only of the read models depends on, besides their state. */
export interface Asked {
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly role: Role;
  readonly scope: Scope | null;
}

/** Characters, mostly of one byte each: 400 pages of fifty rows. */
const charactersMax = 8 * 1024 * 1024;

/**
 * The answers of one state of the read models; those of another state are dropped. If they would exceed `charactersMax`, all
 * are dropped: those still asked for are soon kept again.
 */
export class KeptAnswers {
  private readonly answers = new Map<OperationDefinitionNode, Map<string, string>>();
  private state: object | null = null;
  private characters = 0;

  find(state: object, asked: Asked): string | undefined {
    return this.answersOf(state, asked.operation).get(keyOf(asked));
  }

  keep(state: object, asked: Asked, text: string): void {
    const key = keyOf(asked);
    const more = key.length + text.length;
    if (more > charactersMax) return;
    if (this.characters + more > charactersMax) this.drop();
    this.answersOf(state, asked.operation).set(key, text);
    this.characters += more;
  }

  private answersOf(state: object, operation: OperationDefinitionNode): Map<string, string> {
    if (state !== this.state) this.drop();
    this.state = state;
    const existing = this.answers.get(operation);
    if (existing !== undefined) return existing;
    const added = new Map<string, string>();
    this.answers.set(operation, added);
    return added;
  }

  private drop(): void {
    this.answers.clear();
    this.characters = 0;
  }
}

function keyOf({ role, scope, variables }: Asked): string {
  const text = JSON.stringify(variables);
  // Without the function it takes a third of the time; only a null may have been Infinity.
  return `${role}${scopeKey(scope)} ${text.includes('null') ? JSON.stringify(variables, readable) : text}`;
}

/** `1e400` is read as Infinity, which JSON would write as null. Null is accepted, and Infinity is not. */
function readable(_name: string, value: unknown): unknown {
  return value === Infinity || value === -Infinity ? ofNoType : value;
}

/** A value that no variable accepts: no input has a field without a name. */
const ofNoType = { '': '' };

/** The state of the read models as found when the first request of a turn of the event loop was read. */
interface Turn {
  readonly state: object | null;
}

/**
 * Asks for the state once for all requests that are read in one turn, because asking takes system calls. None of them can have been sent because of
 * something that the turn has brought: it was there when the turn began.
 */
class StateByTurn {
  private turn: Turn | null = null;

  constructor(private readonly read: () => object | null) {}

  /** Call it where requests are read. */
  current(): Turn {
    if (this.turn !== null) return this.turn;
    setImmediate(() => (this.turn = null));
    return (this.turn = { state: this.read() });
  }

  /** Whether nothing was committed since, as far as whoever asks again in this turn is concerned. */
  isStill(turn: Turn): boolean {
    return turn === this.turn || turn.state === this.read();
  }
}

/** What answers without Apollo depend on. */
interface DirectAnswersOptions {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly ports: () => Pick<GraphqlPorts, 'snapshots'>;
  readonly open: (request: FastifyRequest, reply: FastifyReply) => OpenOperation;
  readonly metrics: Metrics;
}

/** `Accept` headers that are remembered, and characters of one. */
const acceptBounds = { headersMax: 50, lengthMax: 256 };

/**
 * For a query whose document Apollo has parsed and validated before, an answer costs less here than Apollo's pipeline
 * alone: see docs/decisions/0029-reading-fast.md. Only queries that succeed are answered. Apollo answers everything
 * else. It sends what was executed here, so there is one way in which requests are refused and errors are made.
 */
export class DirectAnswers {
  /** By `Accept`, as Apollo has answered it. */
  private readonly contentTypes = new Map<string, string>();
  private readonly kept = new KeptAnswers();
  private readonly states = new StateByTurn(() => this.options.ports().snapshots.state());

  constructor(private readonly options: DirectAnswersOptions) {}

  /**
   * The body of an answer without errors, whose head is set; returned at once if it is kept. Null if Apollo must answer.
   */
  answer(request: FastifyRequest, reply: FastifyReply): string | Promise<string | null> | null {
    const { schema, documents, open, metrics } = this.options;
    const contentType = this.contentTypes.get(request.headers.accept ?? '');
    // A kept answer does not know what it cost.
    const isForApollo = contentType === undefined || asksForCost(request);
    const resolved = isForApollo ? null : resolve(schema, documents, request);
    if (contentType === undefined || resolved === null) return null;
    const { operation, variables, nodes } = resolved;
    const turn = this.states.current();
    const { state } = turn;
    const asked = { operation, variables, role: roleOf(request), scope: scopeOf(request) };
    /** Null: Apollo sends the refusal. */
    const finished = (body: string) => {
      if (isLarge(body.length)) {
        const opened = open(request, reply);
        if (!opened.claim(Buffer.byteLength(body))) opened.refusal = tooMuchUnread;
        if (opened.refusal !== null) return null;
      }
      metrics.operationAnswered('OK');
      void reply.header('content-type', contentType);
      return body;
    };
    const before = state === null ? undefined : this.kept.find(state, asked);
    if (before !== undefined) {
      request.caller?.account.charge(nodes);
      return finished(before);
    }

    const opened = open(request, reply);
    opened.charge(nodes);
    const { context } = opened;
    const answered = (executed: Executed) => {
      opened.executed = executed;
      if (executed.result.errors !== undefined) return null;
      context.end();
      const body = `${executed.json}\n`;
      // It would be answered the same for as long as nothing is committed, and nothing was committed in between.
      const isOfState = !context.wasAskedForMore && state !== null && this.states.isStill(turn);
      if (isOfState) this.kept.keep(state, asked, body);
      return finished(body);
    };
    const failed = (error: unknown) => {
      if (!(error instanceof LedgerError)) throw error;
      opened.refusal = error;
      return null;
    };
    const execute = () =>
      executeOperation({ ...resolved, context })
        .then(answered)
        .catch(failed);
    // If it can't begin, Apollo is refused for the same reason, and reports it.
    return context.begin()?.then(execute, () => null) ?? execute();
  }

  /** Remembers the content type of an answer. */
  noteContentType({ method, headers: { accept = '' } }: FastifyRequest, reply: FastifyReply): void {
    const contentType = reply.getHeader('content-type');
    if (method !== 'POST' || reply.statusCode !== 200 || typeof contentType !== 'string') return;
    if (accept.length > acceptBounds.lengthMax || this.contentTypes.size >= acceptBounds.headersMax) return;
    this.contentTypes.set(accept, contentType);
  }
}

/** The query that a request asks for; null unless Apollo is known to accept it. */
function resolve(
  schema: GraphQLSchema,
  documents: Documents,
  { method, body }: FastifyRequest,
): (ResolvedOperation & { readonly nodes: number }) | null {
  if (method !== 'POST' || !isObject(body)) return null;
  const { query, operationName, variables, extensions } = body;
  const document = typeof query === 'string' ? documents.find(query) : undefined;
  if (document === undefined || !isName(operationName)) return null;
  if (extensions != null && (!isObject(extensions) || 'persistedQuery' in extensions)) return null;
  if (variables != null && !isObject(variables)) return null;
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== OperationTypeNode.QUERY) return null;
  const resolved = { schema, document, operation, variables: variables ?? {} };
  try {
    return { schema, document, operation, variables: resolved.variables, nodes: assertRunnable(resolved) };
  } catch {
    return null;
  }
}

function isName(value: unknown): value is string | null | undefined {
  return value == null || typeof value === 'string';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
