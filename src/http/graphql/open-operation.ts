import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  createGraphqlContext,
  type GraphqlContext,
  type GraphqlPorts,
  type GraphqlRequest,
} from '../../graphql/context.ts';
import { createOperationState, type OperationState } from '../../graphql/operation-state.ts';
import { admit, type AdmissionRules } from './admission.ts';

/** What a request's operation is executed in. */
export interface OpenOperation {
  readonly requestId: string;
  readonly state: OperationState;
  readonly createContext: () => GraphqlContext;
  /** Whether its plan was tried, and could not answer. */
  wasPlanned: boolean;
}

/** Opens the operation of a request; the same one where it is called again. Its state ends with the connection at the latest. */
export type OpenOperations = (request: FastifyRequest, reply: FastifyReply) => OpenOperation;

export function createOpenOperations(ports: () => GraphqlPorts, admission: AdmissionRules): OpenOperations {
  const opened = new WeakMap<FastifyRequest, OpenOperation>();
  return (request, reply) => {
    const existing = opened.get(request);
    if (existing !== undefined) return existing;
    const state = createOperationState(ports());
    // When the client has gone; after an answer it has ended before.
    reply.raw.once('close', state.end);
    const { caller } = admit(admission, request.raw);
    const asked: GraphqlRequest = {
      requestId: request.id,
      // `onRequest` has refused requests without a role.
      role: caller?.role ?? 'viewer',
      callerName: caller?.name ?? null,
      resumeAfter: null,
    };
    const createContext = () => createGraphqlContext(ports(), asked, state.reader, state.parts);
    const operation = { requestId: request.id, state, createContext, wasPlanned: false };
    opened.set(request, operation);
    return operation;
  };
}
