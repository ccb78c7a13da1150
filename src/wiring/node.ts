import type { AuthenticitySettings } from '../receiving/authenticity.ts';
import type { QuarantineBounds } from '../quarantine/bounds.ts';
import type { Receiver } from '../receiving/receiver.ts';
import type { SpoolBounds } from '../spool/bounds.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { EventStoreDbSettings } from '../event-store/eventstoredb/client/connection-string.ts';
import type { GraphqlPorts } from '../graphql/context.ts';
import type { Metrics } from '../http/metrics/metrics.ts';
import type { StorageStatus } from '../http/probes/readiness.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Projector } from '../projections/projector.ts';

/** Which log it is: the embedded one in the data directory, or one in EventStoreDB. */
export type EventStoreChoice = { readonly kind: 'sqlite' } | ({ readonly kind: 'eventstoredb' } & EventStoreDbSettings);

/** What a process does. The embedded log needs both. */
export interface Roles {
  readonly receive: boolean;
  readonly query: boolean;
}

export interface NodeOptions {
  readonly dataDir: string;
  readonly eventStore: EventStoreChoice;
  readonly roles: Roles;
  /** Null: off. With EventStoreDB only. */
  readonly spool: SpoolBounds | null;
  readonly authenticity: AuthenticitySettings;
  readonly quarantineBounds: QuarantineBounds;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Steps that close what was opened, the last one first. Also where opening fails. */
  readonly closing: (() => unknown)[];
}

/** What the server stands on. */
export interface Node {
  /** Null where callbacks are not this node's role. */
  readonly receiving: { readonly receiver: Receiver; readonly recording: StorageStatus } | null;
  /** Null where queries are not this node's role. */
  readonly graphql: GraphqlPorts | null;
  /** What is not there, or not yet, answers STORE_UNAVAILABLE. */
  readonly store: EventStore;
  readonly projector: Projector;
}
