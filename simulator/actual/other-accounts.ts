import type { LedgerClient } from './ledger-client.ts';

interface Found {
  readonly callbacks: {
    readonly nodes: readonly unknown[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const query = `query ($filter: CallbackFilter, $after: Cursor) {
  callbacks(filter: $filter, first: 1, after: $after) { nodes { position } pageInfo { hasNextPage endCursor } }
}`;

/**
 * Whether the log has callbacks of accounts other than these. A page may be empty although more follow, because no
 * index has accounts.
 * @throws LedgerRejected, NoAnswer
 */
export async function hasOthers(ledger: LedgerClient, appIds: readonly string[]): Promise<boolean> {
  const filter = { not: { appId: { in: appIds } } };
  for (let after: string | null = null; ;) {
    const { callbacks }: Found = await ledger.query<Found>(query, { filter, after });
    if (callbacks.nodes.length > 0) return true;
    if (!callbacks.pageInfo.hasNextPage) return false;
    after = callbacks.pageInfo.endCursor;
  }
}
