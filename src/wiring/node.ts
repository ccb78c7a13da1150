import type { AuthenticitySettings } from '../recorder/authenticity.ts';
import type { QuarantineBounds } from '../quarantine/share.ts';
import type { Receiver } from '../recorder/receiver.ts';
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

/** The roles of a process. The embedded log needs both. */
export interface Roles {
  readonly receive: boolean;
  readonly query: boolean;
}

/** The parts of a node, whatever its log and roles. */
export interface NodeOptions {
  readonly dataDir: string;
  readonly eventStore: EventStoreChoice;
  readonly roles: Roles;
  /** Null if it is off. Only with EventStoreDB. */
  readonly spool: SpoolBounds | null;
  readonly authenticity: AuthenticitySettings;
  readonly quarantineBounds: QuarantineBounds;
  /** Milliseconds. A start records that callbacks could not be taken for this long or longer. */
  readonly outageMsMin: number;
  readonly forward: ForwardSettings;
  readonly alerts: AlertSettings;
  /** Only with EventStoreDB. */
  readonly leaseTimes: LeaseTimes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly callbackSetup: CallbackSetupPort;
  /** Every opened part is added to it. The caller closes it, even if opening fails. */
  readonly closing: Closing;
}

/** The parts of a node that the server uses. */
export interface Node {
  /** Null without the role `receive`. */
  readonly receiving: {
    readonly receiver: Receiver;
    readonly recording: StorageStatus;
    /** Call it once callbacks can arrive. */
    takingCallbacks(): void;
  } | null;
  /** Null without the role `query`. Call it for each request. Without a copy, most ports throw STORE_UNAVAILABLE. */
  readonly graphql: (() => GraphqlPorts) | null;
}
