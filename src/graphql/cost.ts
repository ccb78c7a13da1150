import { GraphQLError, separateOperations, type DocumentNode, type GraphQLSchema } from 'graphql';
// The package's ES module build loads a second graphql under Node; its CommonJS build shares ours.
import complexity from 'graphql-query-complexity/cjs';
import { LedgerError } from '../kernel/errors.ts';
import { pageNodesDefault } from './page-size.ts';

/** Nodes that one operation may touch: 200 pages of the default size, or 50 sessions with all pages inside them. */
export const operationNodesMax = 10_000;

interface PageCostOptions {
  readonly args: Record<string, unknown>;
  readonly childComplexity: number;
}

/** What a page costs: each of its nodes, and for each what is asked of it. */
export function pageCost({ args, childComplexity }: PageCostOptions): number {
  const size = Number(args['first'] ?? args['last'] ?? pageNodesDefault);
  // The resolver refuses sizes out of bounds; here they only must not make the sum smaller.
  return 1 + Math.max(1, size) * (1 + childComplexity);
}

/** @throws LedgerError - OPERATION_TOO_COSTLY, before anything is read */
export function assertAffordable(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null,
  variables: Readonly<Record<string, unknown>>,
): void {
  let nodes: number;
  try {
    nodes = complexity.getComplexity({
      schema,
      query: (operationName === null ? null : separateOperations(document)[operationName]) ?? document,
      variables,
      estimators: [complexity.fieldExtensionsEstimator(), complexity.simpleEstimator({ defaultComplexity: 0 })],
    });
  } catch (error) {
    // Variables of a wrong type: execution refuses them next, with the right code.
    if (error instanceof GraphQLError) return;
    throw error;
  }
  if (nodes > operationNodesMax) {
    throw new LedgerError(
      'OPERATION_TOO_COSTLY',
      `The operation may touch ${nodes} nodes; at most ${operationNodesMax} are allowed. Ask for smaller pages or less depth.`,
    );
  }
}
