import type { GraphqlPorts } from '../../api/context.ts';
import type { ReadModelSnapshot } from '../../lists/snapshots.ts';
import { latestReader } from '../../projecting/file/reader-source.ts';
import { createLogPorts, type LogPorts, type LogToQuery, type QueryingOptions } from '../querying.ts';
import { refuse, type OpenedCopy, type ReplicaLog } from './replica-log.ts';

const absentReadModel = latestReader(refuse);
const absentSnapshot: ReadModelSnapshot = { reader: absentReadModel, close: () => undefined };

/** The ports of a query node without a copy of the log: every question throws LedgerError STORE_UNAVAILABLE. */
const absentPorts: LogPorts = {
  readModel: absentReadModel,
  // Snapshots open, because an operation that reads nothing can be answered.
  snapshots: {
    openForQuery: () => Promise.resolve(absentSnapshot),
    openForMessages: () => Promise.resolve(absentSnapshot),
    state: () => null,
    counts: () => ({ queries: { open: 0, waiting: 0 }, messages: { open: 0, waiting: 0 } }),
  },
  analyses: { ask: () => Promise.resolve().then(refuse) },
  past: { open: () => Promise.resolve().then(refuse) },
  outages: { between: () => Promise.resolve().then(refuse) },
  bodies: refusing('bodyAt'),
  log: {
    get logId() {
      return refuse();
    },
    get epoch() {
      return refuse();
    },
    eventIdAt: refuse,
    hasRemoved: refuse,
  },
  mayHavePosition: refuse,
  unfinishedImport: () => Promise.resolve().then(refuse),
  decisions: refusing('release', 'discard'),
  operatorFacts: refusing('record', 'find'),
  mutationAnswers: refusing('find', 'keep'),
  audit: { record: () => Promise.resolve().then(refuse), count: () => Promise.resolve().then(refuse) },
};

function refusing<Name extends string>(...names: readonly Name[]): Record<Name, () => never> {
  return Object.fromEntries(names.map((name) => [name, refuse])) as Record<Name, () => never>;
}

/** What a node does with the log itself, of which it has a copy. */
type Original = Pick<LogToQuery, 'current'> & {
  /** As `GraphqlPorts.mayHavePosition`, for positions beyond the copy. */
  readonly mayHavePosition: (position: bigint) => Promise<boolean | null>;
};

/** The ports of a node with a copy of a log: they refuse until there is one. */
export function portsOfReplica(
  { always, original }: { readonly always: Omit<GraphqlPorts, keyof LogPorts>; readonly original: Original },
  replica: Pick<ReplicaLog, 'copy'>,
  options: QueryingOptions,
): () => GraphqlPorts {
  const absent = { ...always, ...absentPorts };
  const portsOf = (copy: OpenedCopy): GraphqlPorts => ({
    ...always,
    ...createLogPorts(
      {
        ...copy,
        current: original.current,
        mayHavePosition: async (position) =>
          position <= (await copy.reader.endPosition()) || (await original.mayHavePosition(position)),
      },
      options,
    ),
  });
  let present: GraphqlPorts | null = null;
  return () => {
    const copy = replica.copy();
    return copy === null ? absent : (present ??= portsOf(copy));
  };
}
