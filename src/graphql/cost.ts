import { getVariableValues, GraphQLError, Kind, type DocumentNode, type GraphQLSchema } from 'graphql';
// The package's ES module build loads a second graphql under Node; its CommonJS build shares ours.
import complexity from 'graphql-query-complexity/cjs';
import { pageNodesDefault } from './lists/page-size.ts';

/** Nodes that one operation may touch: 200 pages of the default size, or 50 sessions with a page inside each, four times. */
export const operationNodesMax = 10_000;

/**
 * What the count of a list costs, for each node of its page: it is told once for all of them, but a list of one node is
 * counted as far as any other.
 */
export const countCost = 4;

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

/**
 * Nodes that an operation may touch, Infinity where they are too many to count; null where its variables do not fit:
 * execution refuses those with the right code. `query` holds one operation.
 */
export function costOf(
  schema: GraphQLSchema,
  query: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): number | null {
  const operation = query.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (getVariableValues(schema, operation?.variableDefinitions ?? [], variables).errors !== undefined) return null;
  try {
    return complexity.getComplexity({
      schema,
      query,
      variables,
      estimators: [complexity.fieldExtensionsEstimator(), complexity.simpleEstimator({ defaultComplexity: 0 })],
    });
  } catch (error) {
    // The library gives up where fragments multiply the nodes of the document itself.
    if (error instanceof GraphQLError) return Infinity;
    throw error;
  }
}
