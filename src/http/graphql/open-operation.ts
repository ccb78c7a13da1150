import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import type { GraphqlContext, GraphqlPorts, Role } from '../../graphql/context.ts';
import { createGraphqlContext, Operation } from '../../graphql/operation.ts';
import type { Caller } from './api-access.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller of a GraphQL request that was admitted. */
    caller: Caller | null;
    /** What its operation is executed in, once that is opened. */
    operation: OpenOperation | null;
  }
}

/** What a request's operation is executed in. */
export interface OpenOperation {
  readonly requestId: string;
  readonly state: Operation;
  readonly createContext: () => GraphqlContext;
  /** Whether its plan was tried and could not answer. */
  wasPlanned: boolean;
  /** Whether its document was not known before. */
  isNew: boolean;
  /** Why its document can't be executed; null if it can. */
  documentErrors: readonly GraphQLFormattedError[] | null;
}

/** Opens the operation of a request; later calls return the same one. Its state ends with the connection at the latest. */
export type OpenOperations = (request: FastifyRequest, reply: FastifyReply) => OpenOperation;

/** The role of an admitted request. */
export function roleOf({ caller }: FastifyRequest): Role {
  // Requests without one were refused.
  return caller?.role ?? 'viewer';
}

export function createOpenOperations(ports: () => GraphqlPorts): OpenOperations {
  return (request, reply) => {
    if (request.operation !== null) return request.operation;
    const state = new Operation(ports(), {
      requestId: request.id,
      role: roleOf(request),
      callerName: request.caller?.name ?? null,
      resumeAfter: null,
    });
    // Ends it if the client goes; after an answer it has ended before.
    reply.raw.on('close', () => state.end());
    const createContext = () => createGraphqlContext(state);
    return (request.operation = {
      requestId: request.id,
      state,
      createContext,
      wasPlanned: false,
      isNew: false,
      documentErrors: null,
    });
  };
}
