import type { AuthenticitySettings } from '../receiving/authenticity.ts';
import type { QuarantineBounds } from '../quarantine/share.ts';
import type { Receiver } from '../receiving/receiver.ts';
import type { SpoolBounds } from '../spool/spool.ts';
import type { EventStoreDbSettings } from '../event-store/eventstoredb/client/connection-string.ts';
import type { CallbackSetupPort, GraphqlPorts } from '../graphql/context.ts';
import type { AlertSettings } from '../alerts/rules/read-rules.ts';
import type { ForwardSettings } from '../forwarding/forwarding.ts';
import type { LeaseTimes } from '../forwarding/lease/lease-times.ts';
import type { Metrics } from '../http/metrics/metrics.ts';
import type { StorageStatus } from '../http/probes/readiness.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Closing } from '../kernel/closing.ts';
import type { Logger } from '../kernel/logger.ts';

/** The log of a node: the embedded one in the data directory, or one in EventStoreDB. */
export type EventStoreChoice = { readonly kind: 'sqlite' } | ({ readonly kind: 'eventstoredb' } & EventStoreDbSettings);

/** What a process does. The embedded log needs both. */
export interface Roles {
  readonly receive: boolean;
  readonly query: boolean;
}

/** What a node is made from, whatever its log and roles. */
export interface NodeOptions {
  readonly dataDir: string;
  readonly eventStore: EventStoreChoice;
  readonly roles: Roles;
  /** Null: off. With EventStoreDB only. */
  readonly spool: SpoolBounds | null;
  readonly authenticity: AuthenticitySettings;
  readonly quarantineBounds: QuarantineBounds;
  /** A start records that callbacks could not be taken for this long, or longer. */
  readonly outageMsMin: number;
  readonly forward: ForwardSettings;
  readonly alerts: AlertSettings;
  /** With EventStoreDB only. */
  readonly leaseTimes: LeaseTimes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly callbackSetup: CallbackSetupPort;
  /** Takes each part that is opened. The caller closes it, even if opening fails. */
  readonly closing: Closing;
}

/** What the server gets from a node. */
export interface Node {
  /** Null without the role `receive`. */
  readonly receiving: {
    readonly receiver: Receiver;
    readonly recording: StorageStatus;
    /** Call it once callbacks come in. */
    takingCallbacks(): void;
  } | null;
  /** Null without the role `query`. Call it for each request: without a copy most ports throw STORE_UNAVAILABLE. */
  readonly graphql: (() => GraphqlPorts) | null;
}
