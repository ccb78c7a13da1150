import { hash } from 'node:crypto';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { DoneFuncWithErrOrRes, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { GraphqlPorts } from '../ports.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import { describeFault } from '../../kernel/logger.ts';
import { isTraced } from '../../kernel/spans.ts';
import { graphqlBodyBytesMax } from '../../connections/limits.ts';
import { outcomeOf, type Metrics } from '../../observing/metrics.ts';
import type { Refusal } from '../../connections/refusals.ts';
import { readableOf, type UnreadAnswers } from './unread-answers.ts';
import { answerHeaders, challenge, registerScope } from './refusal-routes.ts';
import { admit, type Admission, type AdmissionRules } from '../access/admission.ts';
import { withRequestId } from '../errors.ts';
import { createApollo } from './apollo.ts';
import { compress, compressedBytesMin, encodingFor } from './compression.ts';
import { DirectAnswers } from './direct-answers.ts';
import type { Documents } from '../execution/documents.ts';
import { OpenOperation, traceOperation } from './open-operation.ts';

interface GraphqlRoutesOptions {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly ports: () => GraphqlPorts;
  readonly admission: AdmissionRules;
  readonly metrics: Metrics;
  readonly unread: UnreadAnswers;
}

/** The message for a body over the limit: code `BODY_TOO_LARGE`. */
export const bodyTooLargeMessage = `The body of the request is larger than ${graphqlBodyBytesMax} bytes. Send a smaller document or fewer variables.`;

/** The message for a request without an operation: code `BAD_REQUEST`. */
export const notGraphqlMessage = 'The body of the request is not a JSON object with the operation as its `query`.';

/** The message for a form, which `curl --data` sends by default: code `BAD_REQUEST`. */
export const contentTypeMessage =
  'The content type of the request is not JSON. Send the header `content-type: application/json`.';

/** GraphQL over HTTP: `POST /graphql` and `GET /graphql`. Errors have the code and the request's id in `extensions`. */
export async function graphqlRoutes(server: FastifyInstance, options: GraphqlRoutesOptions): Promise<void> {
  const { schema, documents, ports, admission, metrics, unread } = options;
  const apollo = createApollo({ schema, metrics, documents, logger: server.log });
  await apollo.start();
  server.addHook('onClose', () => apollo.stop());

  /** Later calls for the same request return the same one. */
  const open = (request: FastifyRequest, reply: FastifyReply) =>
    (request.operation ??= new OpenOperation(request, reply.raw, ports(), unread));
  const direct = new DirectAnswers({ schema, documents, ports, open, metrics });
  const byApollo = fastifyApolloHandler(apollo, {
    context: (request, reply) => Promise.resolve(open(request, reply)),
  });
  const answerOrAsk = async (answer: Promise<string | null> | null, request: FastifyRequest, reply: FastifyReply) => {
    const body = await answer;
    if (body !== null) return body;
    const others: unknown = await byApollo.call(server, request, reply);
    direct.noteContentType(request, reply);
    return others;
  };
  const refuse = refusing(metrics);
  const admitBeforeBody = admissionBeforeBody(admission);

  await registerScope(server, 'graphql', (scope) => {
    scope.decorateRequest('caller', null);
    scope.decorateRequest('operation', null);
    scope.addHook('onRequest', (request, reply, next) => {
      void reply.headers(answerHeaders);
      // Node sends no body in answer to it; Apollo knows no HEAD.
      if (request.method === 'HEAD') request.raw.method = 'GET';
      const { caller, refusal } = admitBeforeBody(request);
      request.caller = caller;
      const refused = refusal ?? caller.account.take('operations');
      if (refused === null) next();
      else void refuse(reply, request, refused);
    });
    scope.addHook('onResponse', (request, reply, next) => {
      if (isTraced()) traceOperation(request, reply, documents);
      next();
    });
    scope.addHook('onSend', (request, reply, payload, next) => {
      if (request.caller !== null) void reply.headers(request.caller.account.headers(['operations', 'cost']));
      const withId =
        reply.statusCode >= 400 && typeof payload === 'string' ? addRequestId(payload, request.id, metrics) : null;
      if (isWellFormed(request, reply, payload)) void reply.code(200);
      const text = withId ?? payload;
      if (typeof text === 'string') encode(request, reply, text, next);
      else next(null, text);
    });
    scope.setErrorHandler((error, request, reply) => {
      const status = (error as { statusCode?: number }).statusCode ?? 500;
      if (status >= 500) request.log.error(describeFault(error), 'a GraphQL request failed');
      return refuse(reply, request, refusalOfFailure(status));
    });
    scope.route({
      url: '/graphql',
      method: ['GET', 'HEAD', 'POST'],
      bodyLimit: graphqlBodyBytesMax,
      handler(request, reply) {
        const answer = direct.answer(request, reply);
        if (typeof answer !== 'string') return answerOrAsk(answer, request, reply);
        // The answer is ready: no promise is needed.
        void reply.send(answer);
        return undefined;
      },
    });
  });
}

/** How a request is refused, and counted. */
function refusing(metrics: Metrics) {
  return (reply: FastifyReply, { id }: FastifyRequest, refusal: Refusal) => {
    const { status, error, message, retryAfterSeconds } = refusal;
    metrics.operationAnswered(error);
    challenge(reply, status, retryAfterSeconds);
    const extensions = { code: error, requestId: id, retryAfterSeconds };
    return reply.code(status).send({ errors: [{ message, extensions }] });
  };
}

/** Prepares admission by the heads of requests. It remembers the last URL that was valid: most requests have the same. */
function admissionBeforeBody(rules: AdmissionRules): (request: FastifyRequest) => Admission {
  let last = { path: '', origin: '' };
  return ({ url: path, protocol, hostname, raw }) => {
    const origin = `${protocol}://${hostname}/`;
    if (path === last.path && origin === last.origin) return admit(rules, raw);
    // The integration builds this URL too, and would throw.
    if (!URL.canParse(path, origin)) {
      const message = 'The header Host of the request is not a valid host.';
      return { caller: null, refusal: { status: 400, error: 'BAD_REQUEST', message } };
    }
    last = { path, origin };
    return admit(rules, raw);
  };
}

/** Calls `next` with what is sent of an answer: nothing if the client has it, compressed if the client reads that. */
function encode(request: FastifyRequest, reply: FastifyReply, text: string, next: DoneFuncWithErrOrRes): void {
  if (isUnchanged(request, reply, text)) {
    void reply.code(304);
    next(null, '');
    return;
  }
  const encoding = text.length < compressedBytesMin ? null : encodingFor(request.headers['accept-encoding']);
  if (encoding === null) {
    next(null, inParts(request, reply, text));
    return;
  }
  compress(text, encoding).then((bytes) => {
    void reply.header('content-encoding', encoding);
    next(null, inParts(request, reply, bytes));
  }, next);
}

/**
 * Whether a client that asks again by GET has the same answer already: `If-None-Match` has its `ETag`, which it gets here. An answer
 * with errors has none.
 */
function isUnchanged({ method, headers }: FastifyRequest, reply: FastifyReply, text: string): boolean {
  if (method !== 'GET' || reply.statusCode !== 200 || text.startsWith('{"errors"')) return false;
  // Weak, because it is the same for every encoding.
  const tag = `W/"${hash('sha256', text, 'base64url')}"`;
  void reply.header('etag', tag);
  return headers['if-none-match']?.split(/\s*,\s*/).includes(tag) ?? false;
}

/** A large answer is sent in parts, so that it is known what its client takes. */
function inParts({ operation }: FastifyRequest, reply: FastifyReply, payload: string | Buffer): unknown {
  if (operation?.unread == null) return payload;
  const bytes = Buffer.from(payload);
  void reply.header('content-length', bytes.length);
  return readableOf(bytes, operation.unread);
}

function refusalOfFailure(status: number): Refusal {
  if (status === 413) return { status, error: 'BODY_TOO_LARGE', message: bodyTooLargeMessage };
  if (status === 415) return { status, error: 'BAD_REQUEST', message: contentTypeMessage };
  if (status < 500) return { status, error: 'BAD_REQUEST', message: notGraphqlMessage };
  return { status: 500, error: 'INTERNAL', message: 'A fault of this server. Report it with the request id.' };
}

/** For requests that Apollo refuses before they have a context, without calling the plugin; null if the id is there. */
function addRequestId(payload: string, requestId: string, metrics: Metrics): string | null {
  const { errors } = JSON.parse(payload) as { errors?: readonly GraphQLFormattedError[] };
  if (errors === undefined || errors.every(({ extensions }) => extensions?.['requestId'] === requestId)) return null;
  metrics.operationAnswered(outcomeOf(errors));
  return JSON.stringify({ errors: withRequestId(errors, requestId) });
}

/** The codes of a faulty operation in a request that is itself well-formed. */
const operationCodes: readonly ErrorCode[] = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_TOO_COSTLY',
];

/**
 * Whether an answer with status 400 must have 200 instead: a client that asks for `application/json` by name, and gets
 * it, takes any other status for one of a proxy (GraphQL over HTTP, 6.4.1). A client that accepts anything, as curl
 * does, gets 400.
 */
function isWellFormed({ headers: { accept = '' } }: FastifyRequest, reply: FastifyReply, payload: unknown): boolean {
  if (reply.statusCode !== 400 || typeof payload !== 'string') return false;
  const isJson = String(reply.getHeader('content-type')).startsWith('application/json');
  if (!isJson || !/(^|[,\s])application\/json\b/i.test(accept)) return false;
  const { errors = [] } = JSON.parse(payload) as { errors?: readonly { extensions?: { code?: ErrorCode } }[] };
  return errors.every(({ extensions }) => extensions?.code !== undefined && operationCodes.includes(extensions.code));
}
