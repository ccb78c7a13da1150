import type { FastifyInstance } from 'fastify';
import type { OnRefused, Refusal } from '../../connections/refusals.ts';
import { describeFault } from '../../kernel/logger.ts';
import { outcomeOf, type Metrics } from '../../observing/metrics.ts';
import { answerPages } from '../export/send-table.ts';
import type { LiveOperations } from '../subscriptions/live-operations.ts';
import { admit, askerOf, type AdmissionRules } from '../access/admission.ts';
import { refusingWith, registerScope } from './refusal-routes.ts';

interface McpRoutesOptions {
  readonly operations: LiveOperations;
  readonly admission: AdmissionRules;
  readonly metrics: Metrics;
  readonly onRefused: OnRefused;
}

const notOneMessage: Refusal = {
  status: 400,
  error: 'BAD_REQUEST',
  message: 'The body is not one message of the Model Context Protocol: a JSON object. Batches are not answered.',
};

/**
 * The Model Context Protocol over HTTP: `POST /mcp`. Its tools ask GraphQL as a viewer, whatever the token: what they answer goes to
 * whoever runs the model.
 */
export function mcpRoutes(
  server: FastifyInstance,
  { operations, admission, metrics, onRefused }: McpRoutesOptions,
): void {
  const refuse = refusingWith(onRefused);
  void registerScope(server, 'mcp', (scope) => {
    scope.decorateRequest('caller', null);
    scope.addHook('onRequest', (request, reply, next) => {
      void reply.header('cache-control', 'no-store');
      const { caller, refusal } = admit(admission, request.raw);
      request.caller = caller;
      const refused = caller === null ? refusal : caller.account.take('operations');
      if (refused === null) next();
      else void refuse(reply, request, refused);
    });
    scope.addHook('onSend', ({ caller }, reply, payload, next) => {
      if (caller !== null) void reply.headers(caller.account.headers(['operations', 'cost']));
      next(null, payload);
    });
    scope.post('/mcp', async (request, reply) => {
      const { body, id, caller } = request;
      // Requests without one were refused.
      if (caller === null) throw new TypeError('A request was not admitted.');
      if (typeof body !== 'object' || body === null || Array.isArray(body)) {
        return refuse(reply, request, notOneMessage);
      }
      // Loaded only if somebody asks: most services have no such client.
      const { answerMcp } = await import('../../mcp/ledger-server.ts');
      const page = answerPages(
        operations,
        { ...askerOf(caller), role: 'viewer', requestId: id, resumeAfter: null },
        reply.raw,
      );
      const ask: typeof page = async (query, variables) => {
        const answer = await page(query, variables);
        metrics.operationAnswered(outcomeOf(answer.errors ?? []));
        return answer;
      };
      const { status, contentType, text } = await answerMcp(request.headers, body, ask, (error) => {
        request.log.debug(describeFault(error), 'a message of the Model Context Protocol could not be answered');
      });
      if (contentType !== null) void reply.header('content-type', contentType);
      return reply.code(status).send(text);
    });
  });
}
