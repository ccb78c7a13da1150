import { LedgerRefused, type LedgerClient } from './ledger-client.ts';

interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Nodes of a page at first: the most that a ledger gives out. */
const pageNodesMax = 500;

/**
 * All nodes of a list, page by page; pages get smaller where the ledger says that one costs too much. `fields` are those of a
 * node, `filter` is a GraphQL input with the variable `$appIds`.
 */
export async function* readAll<Node>(
  ledger: LedgerClient,
  list: string,
  filter: string,
  fields: string,
  appIds: readonly string[],
): AsyncGenerator<Node> {
  const query = `query (${filter.includes('appIds') ? '$appIds: [ID!]!, ' : ''}$first: Int!, $after: Cursor) {
    list: ${list}(filter: ${filter}, first: $first, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`;
  let first = pageNodesMax;
  let after: string | null = null;
  for (;;) {
    let page: Page<Node>;
    try {
      ({ list: page } = await ledger.ask<{ list: Page<Node> }>(query, { appIds, first, after }));
    } catch (error) {
      if (!(error instanceof LedgerRefused) || error.code !== 'OPERATION_TOO_COSTLY' || first === 1) throw error;
      first = Math.floor(first / 2);
      continue;
    }
    yield* page.nodes;
    if (!page.pageInfo.hasNextPage || page.pageInfo.endCursor === null) return;
    after = page.pageInfo.endCursor;
  }
}
