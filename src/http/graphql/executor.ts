import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { execute, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { GraphqlContext } from '../../graphql/context.ts';
import { executeOperation } from '../../graphql/execution/execute.ts';

/** What the executor needs of Apollo's context. */
export interface ExecutionContext {
  readonly createContext: () => GraphqlContext;
}

type Gateway = ApolloServerOptionsWithGateway<ExecutionContext>['gateway'];
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;

/** Lets Apollo execute operations by `executeOperation`: a gateway, which is the way to give it an executor. */
export function createExecutor(schema: GraphQLSchema): Gateway {
  const executor: Executor = ({ document, operation, request, context }) => {
    const { createContext } = context as ExecutionContext;
    const { operationName = null, variables = {} } = request;
    // Apollo has none where the document has no operation of this name; graphql-js says so.
    const found = operation as OperationDefinitionNode | undefined;
    if (found === undefined) return Promise.resolve(execute({ schema, document, operationName }));
    return executeOperation({ schema, document, operation: found, variables, createContext });
  };
  return {
    load: () => Promise.resolve({ executor }),
    onSchemaLoadOrUpdate(listener) {
      listener({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    stop: () => Promise.resolve(),
  };
}
