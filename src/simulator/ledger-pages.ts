import { LedgerRefused, type LedgerClient } from './ledger-client.ts';

interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Nodes of a page at first: the most that a ledger gives out. */
const pageNodesMax = 500;

/** A list of the ledger, for one account. */
export interface AccountList {
  readonly list: string;
  /** A GraphQL input with the variable `$appId`. */
  readonly filter: string;
  /** The fields of a node. */
  readonly fields: string;
}

/** All nodes of a list for some accounts, page by page; pages get smaller where the ledger says that one costs too much. */
export async function* readAll<Node>(
  ledger: LedgerClient,
  accountList: AccountList,
  appIds: readonly string[],
): AsyncGenerator<Node> {
  for (const appId of appIds) yield* readAccount<Node>(ledger, accountList, appId);
}

async function* readAccount<Node>(
  ledger: LedgerClient,
  { list, filter, fields }: AccountList,
  appId: string,
): AsyncGenerator<Node> {
  const query = `query (${filter.includes('appId') ? '$appId: ID!, ' : ''}$first: Int!, $after: Cursor) {
    list: ${list}(filter: ${filter}, first: $first, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`;
  let first = pageNodesMax;
  let after: string | null = null;
  for (;;) {
    let page: Page<Node>;
    try {
      ({ list: page } = await ledger.ask<{ list: Page<Node> }>(query, { appId, first, after }));
    } catch (error) {
      if (!(error instanceof LedgerRefused) || error.code !== 'OPERATION_TOO_COSTLY' || first === 1) throw error;
      first = Math.floor(first / 2);
      continue;
    }
    yield* page.nodes.filter((node) => list !== 'callbacks' || (node as { appId?: string }).appId === appId);
    if (!page.pageInfo.hasNextPage || page.pageInfo.endCursor === null) return;
    after = page.pageInfo.endCursor;
  }
}
