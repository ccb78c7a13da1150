import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { execute, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { executeOperation, executeUnplanned } from '../../graphql/execution/execute.ts';
import type { OpenOperation } from './open-operation.ts';

type Gateway = ApolloServerOptionsWithGateway<OpenOperation>['gateway'];
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;

/** Lets Apollo execute operations by `executeOperation`: a gateway, which is the way to give it an executor. */
export function createExecutor(schema: GraphQLSchema): Gateway {
  const executor: Executor = ({ document, operation, request, context }) => {
    const { createContext, wasPlanned } = context as OpenOperation;
    const { operationName = null, variables = {} } = request;
    // Apollo has none where the document has no operation of this name; graphql-js says so.
    const found = operation as OperationDefinitionNode | undefined;
    if (found === undefined) return Promise.resolve(execute({ schema, document, operationName }));
    const execution = { schema, document, operation: found, variables, createContext };
    return wasPlanned ? Promise.resolve(executeUnplanned(execution)) : executeOperation(execution);
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
