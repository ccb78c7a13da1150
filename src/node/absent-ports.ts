import { LedgerError } from '../kernel/errors.ts';
import { createForwardingReader } from '../forwarding/forwarding-reader.ts';
import type { ReadModelSnapshot } from '../lists/snapshots.ts';
import type { LogPorts } from './querying.ts';

/** @throws LedgerError - STORE_UNAVAILABLE */
export function refuse(): never {
  throw new LedgerError(
    'STORE_UNAVAILABLE',
    'This node has no copy of the log yet: EventStoreDB has not answered since DATA_DIR was set up. Try again later.',
  );
}

const absentReadModel = createForwardingReader(refuse);
const absentSnapshot: ReadModelSnapshot = { reader: absentReadModel, close: () => undefined };

/** The ports of a query node without a copy of the log: every question throws LedgerError STORE_UNAVAILABLE. */
export const absentPorts: LogPorts = {
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
  bodies: refusing('bodyAt', 'eventIdAt'),
  log: {
    get logId() {
      return refuse();
    },
    get epoch() {
      return refuse();
    },
  },
  mayHavePosition: refuse,
  decisions: refusing('release', 'discard'),
  operatorFacts: refusing('record'),
};

function refusing<Name extends string>(...names: readonly Name[]): Record<Name, () => never> {
  return Object.fromEntries(names.map((name) => [name, refuse])) as Record<Name, () => never>;
}
