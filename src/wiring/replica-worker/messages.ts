import type { ReplicationState } from '../../event-store/eventstoredb/replica/replication.ts';
import type { Logger } from '../../kernel/logger.ts';

export type ReplicaRequest = 'stop';

/** What the thread that follows EventStoreDB says of itself. */
export type ReplicaMessage =
  /** The copy says whose it is, so that it can be read. */
  | { readonly kind: 'begun' }
  /** There is more in the copy. */
  | { readonly kind: 'kept' }
  | ({ readonly kind: 'state' } & ReplicationState)
  | {
      readonly kind: 'log';
      readonly level: keyof Logger;
      readonly fields: Readonly<Record<string, unknown>>;
      readonly message: string;
    };
