import { isPassing, LedgerError, needsNewList } from './errors.ts';
import { eventStream } from './event-stream.ts';
import { openLiveList, type LiveSource, type RowChange } from './live-list.ts';
import { dataOf, execute, type Endpoint, type Operation, type Result } from './query.ts';
import { resume, type Sink, type Transport } from './resume.ts';

export { LedgerError } from './errors.ts';
export type { Endpoint, Operation, Result } from './query.ts';
export type { Sink, Transport } from './resume.ts';

/** A live list: the query of the list, and the subscription to its changes. Both get the variables of the query. */
export interface LiveOperation extends Operation {
  readonly changes: string;
}

export interface Ledger {
  /** @throws LedgerError - it was refused, or nothing answered */
  execute<Data>(operation: Operation, signal?: AbortSignal): Promise<Result<Data>>;
  /** Resumes after the last cursor, whatever happens to the connection. Returns a function that ends it. */
  subscribe<Data>(operation: Operation, sink: Sink<Data>): () => void;
  /**
   * The answer to the query with the rows of all pages, again after each change. The list selects `liveFrom`, `nodes { id }` and
   * `pageInfo { hasNextPage endCursor }`; the subscription `cursor`, `matches` (with `left: true`) and the row.
   */
  follow<Data>(operation: LiveOperation, sink: Sink<Data>): () => void;
}

export function openLedger(endpoint: Endpoint & { transport?: (endpoint: Endpoint) => Transport }): Ledger {
  const transport = (endpoint.transport ?? eventStream)(endpoint);
  return {
    execute: (operation, signal) => execute(endpoint, operation, signal),
    subscribe: (operation, sink) => resume(transport, operation, sink),
    follow: (operation, sink) => follow(endpoint, transport, operation, sink),
  };
}

interface Row {
  readonly id: string;
}

/** A list of the API. */
interface Connection {
  readonly nodes: readonly Row[];
  readonly liveFrom: string;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The list in an answer, and the name of its field. */
function listIn(data: Readonly<Record<string, unknown>>): [string, Connection] {
  const [[name, list] = ['', null]] = Object.entries(data) as [string, Partial<Connection> | null][];
  if (list?.nodes && list.liveFrom && list.pageInfo) return [name, list as Connection];
  throw new LedgerError(
    'GRAPHQL_VALIDATION_FAILED',
    'The list can not be followed: select `liveFrom`, `nodes { id }` and `pageInfo { hasNextPage endCursor }` in its one field.',
  );
}

function changeIn({ data }: Result): RowChange<Row> | LedgerError {
  if (!data) return new LedgerError('RESYNC', 'A change could not be read.');
  const [message] = Object.values(data) as (Readonly<Record<string, unknown>> | undefined)[];
  const row = Object.values(message ?? {}).find((value) => (value as Row | null)?.id !== undefined);
  if (row) return { matches: message?.['matches'] !== false, row: row as Row };
  return new LedgerError('GRAPHQL_VALIDATION_FAILED', 'The list can not be followed: its changes select no `id`.');
}

function follow<Data>(endpoint: Endpoint, transport: Transport, operation: LiveOperation, sink: Sink<Data>) {
  const { changes, ...query } = operation;
  let newest: [string, Connection] | undefined;
  const source: LiveSource<Row> = {
    async readPage(after) {
      const answer = await execute<Readonly<Record<string, unknown>>>(endpoint, {
        ...query,
        variables: { ...query.variables, after },
      });
      const [, { nodes, liveFrom, pageInfo }] = (newest = listIn(dataOf(answer)));
      return { rows: nodes, liveFrom, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
    },
    subscribe(after, rows) {
      const next = (result: Result) => {
        const change = changeIn(result);
        if (change instanceof LedgerError) rows.error(change);
        else rows.next(change);
      };
      const changed = { query: changes, variables: { ...query.variables, after } };
      return resume(transport, changed, { next, error: (error) => rows.error(error) });
    },
  };
  return openLiveList(source, ({ state, rows, error }) => {
    if (state === 'live' && newest) {
      const [name, list] = newest;
      sink.next({ data: { [name]: { ...list, nodes: [...rows.values()] } } as Data });
    }
    if (state === 'failed' && !isPassing(error) && !needsNewList(error)) sink.error(error as LedgerError);
  });
}
