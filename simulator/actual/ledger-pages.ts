import { LedgerRejected, type LedgerClient } from './ledger-client.ts';

interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The largest page that the service allows. */
const pageNodesMax = 500;

/** Refusals of a page that a smaller one may avoid. A busy service gives up pages that it cannot read in time. */
const tooLarge: readonly (string | null)[] = ['OPERATION_TOO_COSTLY', 'OPERATION_TIMEOUT'];

const filterTypes = {
  streamSessions: 'StreamSessionFilter',
  relayTasks: 'RelayTaskFilter',
  callbacks: 'CallbackFilter',
  quarantine: 'QuarantineFilter',
} as const;

/** A list of the ledger. */
export interface LedgerList {
  readonly list: keyof typeof filterTypes;
  /** Whether its filter has `appId`. If not, the whole list is read. */
  readonly isFilteredByAccount: boolean;
  /** The fields of a node; `appId` is one of them. */
  readonly fields: string;
}

/**
 * Reads all nodes of a list for some accounts, page by page. Pages get smaller if the service says that one is too costly or
 * takes too long.
 */
export async function* readAll<Node extends { readonly appId: string | null }>(
  ledger: LedgerClient,
  ledgerList: LedgerList,
  appIds: readonly string[],
): AsyncGenerator<Node> {
  if (ledgerList.isFilteredByAccount) {
    for (const appId of appIds) yield* readPages<Node>(ledger, ledgerList, { appId: { eq: appId } });
    return;
  }
  for await (const node of readPages<Node>(ledger, ledgerList, {})) {
    if (node.appId !== null && appIds.includes(node.appId)) yield node;
  }
}

async function* readPages<Node>(
  ledger: LedgerClient,
  { list, fields }: LedgerList,
  filter: Readonly<Record<string, unknown>>,
): AsyncGenerator<Node> {
  const query = `query ($filter: ${filterTypes[list]}, $first: Int!, $after: Cursor) {
    list: ${list}(filter: $filter, first: $first, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`;
  let first = pageNodesMax;
  let after: string | null = null;
  for (;;) {
    let page: Page<Node>;
    try {
      ({ list: page } = await ledger.query<{ list: Page<Node> }>(query, { filter, first, after }));
    } catch (error) {
      if (!(error instanceof LedgerRejected) || !tooLarge.includes(error.code) || first === 1) throw error;
      first = Math.floor(first / 2);
      continue;
    }
    yield* page.nodes;
    if (!page.pageInfo.hasNextPage || page.pageInfo.endCursor === null) return;
    after = page.pageInfo.endCursor;
  }
}
