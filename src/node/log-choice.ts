import type { EventStoreDbSettings } from '../log/eventstoredb/connection-string.ts';

/** The log of a node: the embedded one in the data directory, or one in EventStoreDB. */
export type EventStoreChoice = { readonly kind: 'sqlite' } | ({ readonly kind: 'eventstoredb' } & EventStoreDbSettings);

/** The roles of a node. The embedded log needs both. */
export interface Roles {
  readonly receive: boolean;
  readonly query: boolean;
}
