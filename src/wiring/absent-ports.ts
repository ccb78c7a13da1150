import type { GraphqlPorts } from '../graphql/context.ts';
import { LedgerError } from '../kernel/errors.ts';

/** The ports that depend on a copy of the log. */
export type CopyPorts = Pick<GraphqlPorts, 'readModel' | 'bodies' | 'log' | 'mayHavePosition' | 'decisions'>;

/** @throws LedgerError - STORE_UNAVAILABLE */
export function refuse(): never {
  throw new LedgerError(
    'STORE_UNAVAILABLE',
    'This node has no copy of the log yet: EventStoreDB has not answered since DATA_DIR was set up. Try again later.',
  );
}

/** The ports of a query node without a copy of the log: whatever is asked throws LedgerError STORE_UNAVAILABLE. */
export const absentPorts: CopyPorts = {
  readModel: {
    ...refusing('checkpoint', 'poisoned', 'streamSessionsBySequence', 'streamSessionById', 'callbackByPosition'),
    ...refusing('streamSessions', 'callbacks', 'relayTasks', 'quarantined'),
    get logId() {
      return refuse();
    },
    get name() {
      return refuse();
    },
    get version() {
      return refuse();
    },
    get relay() {
      return refuse();
    },
    get changes() {
      return refuse();
    },
    get quarantine() {
      return refuse();
    },
  },
  bodies: refusing('bodyAt'),
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
};

function refusing<Name extends string>(...names: readonly Name[]): Record<Name, () => never> {
  return Object.fromEntries(names.map((name) => [name, refuse])) as Record<Name, () => never>;
}
